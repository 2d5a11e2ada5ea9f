import type { Score } from '../model.ts';
import type { Tensor } from '../tensor.ts';

/** The function that a model ends in. */
export type Squash = 'softmax' | 'sigmoid' | 'log-softmax';

/** Largest difference between the model's own output and the activation recomputed from the score. */
const AGREES = 1e-3;

/** Rows of [N, C] scores through the function. */
function squashed(scores: Float32Array, classes: number, squash: Squash): Float32Array {
  if (squash === 'sigmoid') return scores.map((score) => 1 / (1 + Math.exp(-score)));
  const result = new Float32Array(scores.length);
  for (let row = 0; row < scores.length; row += classes) {
    const values = scores.subarray(row, row + classes);
    const top = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const total = values.reduce((sum, value) => sum + Math.exp(value - top), 0);
    values.forEach((value, i) => {
      const logarithm = value - top - Math.log(total);
      result[row + i] = squash === 'softmax' ? Math.exp(logarithm) : logarithm;
    });
  }
  return result;
}

function looksLikeProbabilities(values: Float32Array, classes: number): boolean {
  if (classes < 2 || values.length === 0) return false;
  for (let row = 0; row < values.length; row += classes) {
    const part = values.subarray(row, row + classes);
    const total = part.reduce((sum, value) => sum + value, 0);
    if (part.some((value) => value < 0 || value > 1) || Math.abs(total - 1) > AGREES) return false;
  }
  return true;
}

/** Whether the scores [N, C] lead to the output by that function, on one sample of values. */
export function leadsTo(scores: Float32Array, classes: number, output: Float32Array, squash: Squash): boolean {
  const expected = squashed(scores, classes, squash);
  return (
    expected.length === output.length &&
    expected.every((value, i) => Math.abs(value - (output[i] as number)) <= AGREES * Math.max(1, Math.abs(value)))
  );
}

/** What an output is that nothing is known to lie behind, by its values: it is the score itself. */
export function scoreByLook(name: string, { data, dims }: Tensor): Score {
  const classes = dims[1] ?? 0;
  const kind = looksLikeProbabilities(data, classes)
    ? 'probability'
    : dims.length >= 2 && classes > 0
      ? 'logit'
      : 'raw';
  return { output: name, kind, activation: null };
}
