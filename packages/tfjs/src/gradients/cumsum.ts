import { type CumsumAttrs, cumsum } from '@tensorflow/tfjs-core';
import { type Given, type Rule, rule } from './rule.ts';

/** Sums from the other end. tfjs permutes the axes of this once too often where it is not the last that is summed along. */
export const cumulativeSum: Rule = rule({
  kernel: 'Cumsum',
  saves: [],
  gradient: ({ dy, attrs: { axis, exclusive, reverse } }: Given<never, CumsumAttrs>) => ({
    x: () => cumsum(dy, axis, exclusive, !reverse),
  }),
});
