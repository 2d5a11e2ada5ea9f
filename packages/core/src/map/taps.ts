import { type Filter, type Kernel, kernelOf } from './filter.ts';

/** For each target cell of one axis: which source cells make it, and with which weights (they sum to 1, or none: the cell is empty). */
export interface Taps {
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  /** `stride` slots per target cell, `counts` of them used. */
  readonly weights: Float64Array;
  readonly stride: number;
}

export interface Sampling {
  readonly filter?: Filter;
  /** When shrinking, widen the kernel so that every source cell counts (Pillow, torchvision); else only the nearest few do. */
  readonly antialias?: boolean;
}

/** Target cell i is read at source coordinate `first + i * step`, where source cell j spans [j, j + 1). */
export interface Line {
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

/**
 * The line of an axis of `source` cells resized to `target`, of which `count` cells beginning with cell `from` are wanted: all of them, or
 * what a crop shows, or more, where bars are added. Corner-aligned sampling spans the centres of the outer cells, all others the whole axis.
 */
export function resizeLine(
  source: number,
  target: number,
  filter: Filter,
  { from, count }: { readonly from: number; readonly count: number } = { from: 0, count: target },
): Line {
  if (filter !== 'bilinear-corners') {
    return { first: ((from + 0.5) * source) / target, step: source / target, count };
  }
  const step = target === 1 ? 0 : (source - 1) / (target - 1);
  return { first: 0.5 + from * step, step, count };
}

/** Weights for reading `source` cells along `line`. Points outside [0, source] get no taps. */
export function tapsOf(source: number, line: Line, { filter = 'bilinear', antialias = false }: Sampling): Taps {
  const kernel = kernelOf(filter);
  const stretch = antialias ? Math.max(1, line.step) : 1;
  const stride = kernel === null ? 1 : Math.min(source, Math.ceil(2 * kernel.support * stretch) + 1);
  const taps: Taps = {
    starts: new Int32Array(line.count),
    counts: new Int32Array(line.count),
    weights: new Float64Array(line.count * stride),
    stride,
  };
  for (let i = 0; i < line.count; i++) {
    const centre = line.first + i * line.step;
    if (centre < 0 || centre > source) continue;
    if (kernel === null) {
      // A centre right between two cells is the later one's, whatever its last bit says.
      taps.starts[i] = Math.min(source - 1, Math.floor(centre + 1e-9));
      taps.counts[i] = 1;
      taps.weights[i] = 1;
    } else {
      weigh(taps, i, { centre, source, kernel, stretch });
    }
  }
  return taps;
}

function weigh(
  { starts, counts, weights, stride }: Taps,
  i: number,
  { centre, source, kernel, stretch }: { centre: number; source: number; kernel: Kernel; stretch: number },
): void {
  const reach = kernel.support * stretch;
  const start = Math.max(0, Math.floor(centre - reach + 0.5));
  const end = Math.min(source, Math.floor(centre + reach + 0.5));
  const slots = weights.subarray(i * stride, i * stride + end - start);
  let sum = 0;
  for (let j = 0; j < slots.length; j++) {
    const weight = kernel.weight((start + j + 0.5 - centre) / stretch);
    slots[j] = weight;
    sum += weight;
  }
  for (let j = 0; j < slots.length; j++) slots[j] = (slots[j] ?? 0) / sum;
  starts[i] = start;
  counts[i] = slots.length;
}
