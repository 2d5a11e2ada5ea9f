import { rivalsOf } from '../methods/finer-cam.ts';
import { probabilities } from '../predict.ts';
import { checkClass, type Evaluation, type Sample, type Target } from '../target.ts';

const EPSILON = 1e-9;

const at = (values: ArrayLike<number> | null, i: number): number => values?.[i] ?? 0;

/** y = sum_i p_i (z_c - z_i) / (sum_i p_i + 1e-9) over the rivals i, p the softmax, which is differentiated too. */
function evaluate(sample: Sample, index: number, rivals: readonly number[]): Evaluation {
  const z = sample.output.data;
  const p = probabilities({ ...sample, score: { ...sample.score, kind: 'logit', activation: 'softmax' } });
  const total = rivals.reduce((sum, i) => sum + at(p, i), 0) + EPSILON;
  const score = rivals.reduce((sum, i) => sum + at(p, i) * (at(z, index) - at(z, i)), 0) / total;
  const slope = new Float64Array(z.length);
  // dp_i/dz_j = p_i ([i = j] - p_j), and y changes with p_i by (z_c - z_i - y) / total.
  const pull = rivals.reduce((sum, i) => sum + (at(p, i) * (at(z, index) - at(z, i) - score)) / total, 0);
  for (let j = 0; j < z.length; j++) slope[j] = -pull * at(p, j);
  for (const i of rivals) {
    const share = at(p, i) / total;
    slope[i] = at(slope, i) + share * (at(z, index) - at(z, i) - score) - share;
    slope[index] = at(slope, index) + share;
  }
  return { score, slope: Float32Array.from(slope) };
}

/** Finer-CAM's target as pytorch-grad-cam has it: the three nearest rivals, weighted by their probabilities. */
export function finerWeighted(target: Target): Target {
  const settle = (sample: Sample): Target => {
    const settled = target.settle?.(sample) ?? target;
    const index = settled.classOf?.(sample) ?? -1;
    checkClass(sample, index);
    const rivals = rivalsOf(sample, index);
    return {
      name: `class ${index} against ${rivals.join(', ')} by probability`,
      classOf: () => index,
      evaluate: (changed) => evaluate(changed, index, rivals),
    };
  };
  return { name: `${target.name}, finer`, settle, evaluate: (sample) => settle(sample).evaluate(sample) };
}
