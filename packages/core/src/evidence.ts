import { GradcamError } from './errors.ts';
import type { Features } from './features.ts';
import { firstComponent } from './first-component.ts';
import type { Evidence } from './method.ts';
import { sizeOf } from './tensor.ts';

/** sum_k w_k A_k over the positions, in float64. */
function weightedSum({ data, channels, positions }: Features, weight: (channel: number) => number): Float64Array {
  const map = new Float64Array(positions);
  for (let channel = 0; channel < channels; channel++) {
    const w = weight(channel);
    // A weight of exactly zero silences its channel, whatever it holds.
    if (w === 0) continue;
    const from = channel * positions;
    for (let i = 0; i < positions; i++) map[i] = (map[i] ?? 0) + w * (data[from + i] ?? 0);
  }
  return map;
}

/** w_k A_k, each channel at each position. */
function weighted(activation: Features, weights: Float64Array): Features {
  const data = activation.data.map((value, at) => value * (weights[Math.floor(at / activation.positions)] ?? 0));
  return { ...activation, data };
}

function checkSizes(evidence: Evidence, { channels, positions, data }: Features): void {
  const [what, found, expected] =
    'weights' in evidence
      ? ['weights', evidence.weights.length, channels]
      : 'contributions' in evidence
        ? ['contributions', evidence.contributions.data.length, data.length]
        : ['positions', evidence.map.length, evidence.space ? sizeOf(evidence.space) : positions];
  if (found !== expected)
    throw new GradcamError('bad-option', `the method returned ${found} ${what}; expected ${expected}`);
}

/**
 * The raw signed map [positions] that the evidence adds up to; with `eigenSmooth` the first principal component of the contributions in
 * place of their sum (Gildenblat's eigen smoothing: less noise, and no longer a sum). A map that is no sum stays what it is.
 * @throws GradcamError `bad-option` when a method's sizes do not fit the activation
 */
export function mapOf(evidence: Evidence, activation: Features, eigenSmooth = false): Float32Array {
  checkSizes(evidence, activation);
  if ('map' in evidence) return Float32Array.from(evidence.map);
  if (eigenSmooth) {
    return Float32Array.from(
      firstComponent('weights' in evidence ? weighted(activation, evidence.weights) : evidence.contributions),
    );
  }
  if ('weights' in evidence) return Float32Array.from(weightedSum(activation, (k) => evidence.weights[k] ?? 0));
  return Float32Array.from(weightedSum(evidence.contributions, () => 1));
}
