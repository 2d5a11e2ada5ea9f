import type { Target } from '../target.ts';
import { linear } from '../target.ts';

/** y = the sum of all values of the score: a regression's output, or every class at once. */
export const sumTarget: Target = {
  name: 'sum of the outputs',
  evaluate: (sample) => linear(sample, new Float32Array(sample.output.data.length).fill(1)),
};
