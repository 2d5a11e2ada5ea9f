import { GradcamError } from '../errors.ts';
import { checkFinite, type Heatmap } from './heatmap.ts';

/** max(z, 0): the evidence for the target. NaN stays NaN. */
export function relu(map: Heatmap): Heatmap {
  return { ...map, data: map.data.map((value) => (value < 0 ? 0 : value)) };
}

function extremes({ data }: Heatmap): { min: number; max: number } {
  let min = Infinity;
  let max = -Infinity;
  for (const value of data) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}

/** z / scale, where a scale of zero means an empty map: zeros, not NaN. No epsilon, so tiny gradients do not fade. */
function divide(map: Heatmap, scale: number): Heatmap {
  return { ...map, data: map.data.map((value) => (scale === 0 ? 0 : value / scale)) };
}

const policies: Readonly<Record<Normalisation, (map: Heatmap) => Heatmap>> = {
  max: (map) => {
    const positive = relu(map);
    return divide(positive, extremes(positive).max);
  },
  'min-max': (map) => {
    const { min, max } = extremes(map);
    // Before the division, so that max - min is not rounded to float32.
    return { ...map, data: map.data.map((value) => (max === min ? 0 : (value - min) / (max - min))) };
  },
  signed: (map) => {
    const { min, max } = extremes(map);
    return divide(map, Math.max(max, -min));
  },
  eli5: (map) => {
    const positive = relu(map);
    return divide(positive, extremes(positive).max + 1e-7);
  },
  'pytorch-grad-cam': (map) => {
    const { min } = extremes(map);
    const shifted = { ...map, data: map.data.map((value) => value - min) };
    // float32 throughout, as numpy does there.
    return divide(shifted, Math.fround(Math.fround(1e-7) + extremes(shifted).max));
  },
};

/** How a raw map becomes 0..1 (`signed`: -1..1); see {@link normalise}. */
export type Normalisation = 'max' | 'min-max' | 'signed' | 'eli5' | 'pytorch-grad-cam';

/** Every policy's name. */
export const normalisations: readonly Normalisation[] = Object.keys(policies) as Normalisation[];

/**
 * A raw map z on a fixed range, for showing:
 *
 * | policy | formula | range |
 * |---|---|---|
 * | `max` (default) | [z]+ / max [z]+ | 0..1, the peak is exactly 1 |
 * | `min-max` | (z - min z) / (max z - min z) | 0..1; a constant map gives zeros |
 * | `signed` | z / max abs(z) | -1..1; zero stays zero |
 * | `eli5` | [z]+ / (max [z]+ + 1e-7), eli5 0.16 | 0..1, fades when max z nears 1e-7 |
 * | `pytorch-grad-cam` | (z - min z) / (1e-7 + max(z - min z)) in float32, its `scale_cam_image` without the resize | 0..1 |
 *
 * An empty map stays zeros under every policy.
 * @throws GradcamError `bad-input` when a value is not finite, `bad-option` for an unknown policy
 */
export function normalise(map: Heatmap, policy: Normalisation = 'max'): Heatmap {
  if (!Object.hasOwn(policies, policy)) {
    throw new GradcamError('bad-option', `unknown normalisation "${policy}"; expected ${normalisations.join(', ')}`);
  }
  checkFinite(map);
  return policies[policy](map);
}

/** The values of a map of any number of axes on a fixed range; NaN everywhere where one is not finite, since then nothing is known. */
export function normalisedOrNaN(values: Float32Array, policy: Normalisation = 'max'): Float32Array {
  if (!values.every(Number.isFinite)) return new Float32Array(values.length).fill(Number.NaN);
  return normalise({ data: values, width: values.length, height: 1 }, policy).data;
}
