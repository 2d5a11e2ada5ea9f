import { mul, neg, step, sub } from '@tensorflow/tfjs-core';
import { type Given, type Rule, rule } from './rule.ts';

/** Zero at zero, as every framework has it; tfjs answers -1 there, and rectified maps are full of zeros. */
export const absolute: Rule = rule({
  kernel: 'Abs',
  saves: ['x'],
  gradient: ({ dy, saved: { x } }: Given<'x', object>) => ({
    x: () => mul(dy, sub(step(x), step(neg(x)))),
  }),
});
