import { type Heatmap, heatmapOf, normalise, resize, type Tensor } from '@gradcam/core';
import type { Pixels } from './picture-file.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A raw map as 0..1 at another size; NaN everywhere where it is not finite, since then nothing is known. */
export function heatmapAt({ data, dims }: Tensor, size: Size): Heatmap {
  if (!data.every(Number.isFinite)) return { ...size, data: new Float32Array(size.width * size.height).fill(NaN) };
  const map = heatmapOf({ data, dims: dims.length === 1 ? [1, ...dims] : dims });
  return resize(normalise(map), size.width, size.height);
}

/** The map read, half-pixel bilinear, at where each target point lies in it; zero outside. */
export function drawn(
  map: Heatmap,
  { width, height }: Size,
  from: (x: number, y: number) => readonly [number, number],
): Heatmap {
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data[y * width + x] = at(map, ...from(x + 0.5, y + 0.5));
  }
  return { data, width, height };
}

function at({ data, width, height }: Heatmap, x: number, y: number): number {
  if (x < 0 || y < 0 || x > width || y > height) return 0;
  const [u, v] = [x - 0.5, y - 0.5];
  const [column, row] = [Math.floor(u), Math.floor(v)];
  const cell = (dx: number, dy: number): number => {
    const cx = Math.min(width - 1, Math.max(0, column + dx));
    const cy = Math.min(height - 1, Math.max(0, row + dy));
    return data[cy * width + cx] ?? 0;
  };
  const [p, q] = [u - column, v - row];
  return (1 - q) * ((1 - p) * cell(0, 0) + p * cell(1, 0)) + q * ((1 - p) * cell(0, 1) + p * cell(1, 1));
}

/** The heatmap over a picture of its size: jet colours, stronger where there is more evidence. */
export function laidOver({ data, width, height }: Pixels, heatmap: Heatmap): Pixels {
  const blended = Uint8ClampedArray.from(data);
  heatmap.data.forEach((value, i) => {
    if (!(value > 0)) return;
    const alpha = 0.65 * Math.min(1, value * 1.5);
    const colour = [3, 2, 1].map((peak) => 255 * Math.min(1, Math.max(0, 1.5 - Math.abs(4 * value - peak))));
    for (let c = 0; c < 3; c++) blended[4 * i + c] = (1 - alpha) * (data[4 * i + c] ?? 0) + alpha * (colour[c] ?? 0);
  });
  return { data: blended, width, height };
}
