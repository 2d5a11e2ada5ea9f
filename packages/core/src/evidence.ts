import { GradcamError } from './errors.ts';
import type { Features } from './features.ts';
import type { Evidence } from './method.ts';

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

/** The raw signed map [positions] that the evidence adds up to. @throws GradcamError `bad-option` when a method's sizes do not fit the activation */
export function mapOf(evidence: Evidence, activation: Features): Float32Array {
  const [found, expected] =
    'weights' in evidence
      ? [evidence.weights.length, activation.channels]
      : 'contributions' in evidence
        ? [evidence.contributions.data.length, activation.data.length]
        : [evidence.map.length, activation.positions];
  if (found !== expected) {
    throw new GradcamError(
      'bad-option',
      `the method returned ${found} ${Object.keys(evidence)[0]}; expected ${expected}`,
    );
  }
  if ('weights' in evidence) return Float32Array.from(weightedSum(activation, (k) => evidence.weights[k] ?? 0));
  if ('contributions' in evidence) return Float32Array.from(weightedSum(evidence.contributions, () => 1));
  return Float32Array.from(evidence.map);
}
