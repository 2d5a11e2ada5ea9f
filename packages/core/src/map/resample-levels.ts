import { type Plane, resample } from './resample.ts';
import type { Taps } from './taps.ts';

/** Pillow's weights are whole numbers of this size. */
const FRACTION = 2 ** 22;

function wholeWeights(taps: Taps): Taps {
  return { ...taps, weights: taps.weights.map((weight) => Math.round(weight * FRACTION) / FRACTION) };
}

function toLevel(value: number): number {
  return Math.min(255, Math.max(0, Math.floor(value + 0.5)));
}

/** As {@link resample}, rounded to whole levels 0..255 after the rows and again after the columns: what Pillow computes, to the last bit. */
export function resampleLevels(plane: Plane, xs: Taps, ys: Taps): Float32Array {
  return resample(plane, wholeWeights(xs), wholeWeights(ys), toLevel);
}
