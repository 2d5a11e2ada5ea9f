import type { Taps } from './taps.ts';

/** Numbers of `stride` channels side by side, of which the first `channels` are read. */
export interface Plane {
  readonly data: Float32Array | Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly stride: number;
  readonly channels: number;
}

/**
 * Rows first, then columns, accumulated in float64; `kept` says what is kept of each sum, by default all.
 * [rows of `ys`, columns of `xs`, channels]. Only source rows that some target row needs are read, so a crop costs what it shows.
 */
export function resample(
  plane: Plane,
  xs: Taps,
  ys: Taps,
  kept: (value: number) => number = (value) => value,
): Float32Array {
  const { channels } = plane;
  const width = xs.starts.length;
  const height = ys.starts.length;
  const [top, bottom] = span(ys);
  const rows = new Float32Array((bottom - top) * width * channels);
  for (let y = top; y < bottom; y++) {
    alongRow(plane, y * plane.width * plane.stride, xs, kept, rows.subarray((y - top) * width * channels));
  }
  const out = new Float32Array(height * width * channels);
  const line = width * channels;
  const sums = new Float64Array(line);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    for (let j = 0; j < (ys.counts[y] ?? 0); j++) {
      const weight = ys.weights[y * ys.stride + j] ?? 0;
      const from = ((ys.starts[y] ?? 0) + j - top) * line;
      // A weight of exactly zero must not turn a far NaN into a near one.
      if (weight !== 0) for (let x = 0; x < line; x++) sums[x] = (sums[x] ?? 0) + weight * (rows[from + x] ?? 0);
    }
    for (let x = 0; x < line; x++) out[y * line + x] = kept(sums[x] ?? 0);
  }
  return out;
}

function span({ starts, counts }: Taps): [number, number] {
  let top = Infinity;
  let bottom = 0;
  for (let i = 0; i < starts.length; i++) {
    const start = starts[i] ?? 0;
    const count = counts[i] ?? 0;
    if (count > 0) top = Math.min(top, start);
    bottom = Math.max(bottom, start + count);
  }
  return [Math.min(top, bottom), bottom];
}

function alongRow(
  { data, stride, channels }: Plane,
  from: number,
  xs: Taps,
  kept: (value: number) => number,
  out: Float32Array,
): void {
  for (let x = 0; x < xs.starts.length; x++) {
    const start = from + (xs.starts[x] ?? 0) * stride;
    const count = xs.counts[x] ?? 0;
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0;
      for (let j = 0; j < count; j++) {
        const weight = xs.weights[x * xs.stride + j] ?? 0;
        if (weight !== 0) sum += weight * (data[start + j * stride + channel] ?? 0);
      }
      out[x * channels + channel] = kept(sum);
    }
  }
}
