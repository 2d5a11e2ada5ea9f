import { type CastAttrs, zeros } from '@tensorflow/tfjs-core';
import { type Given, type Rule, rule } from './rule.ts';

/** The derivative is zero wherever there is one. tfjs refuses comparisons and logic, and divides as if nothing were rounded. */
const constantRule = (kernel: string, ...inputs: string[]): Rule =>
  rule({
    kernel,
    saves: inputs,
    gradient: ({ saved }) => Object.fromEntries(inputs.map((name) => [name, () => zeros(saved[name]?.shape ?? [])])),
  });

export const piecewiseConstant: readonly Rule[] = [
  constantRule('Equal', 'a', 'b'),
  constantRule('NotEqual', 'a', 'b'),
  constantRule('Greater', 'a', 'b'),
  constantRule('Less', 'a', 'b'),
  constantRule('LessEqual', 'a', 'b'),
  constantRule('LogicalAnd', 'a', 'b'),
  constantRule('LogicalOr', 'a', 'b'),
  constantRule('LogicalNot', 'x'),
  constantRule('FloorDiv', 'a', 'b'),
  // tfjs passes a gradient through a cast to integers, which is a rounding
  rule({
    kernel: 'Cast',
    saves: [],
    gradient: ({ dy, attrs: { dtype } }: Given<never, CastAttrs>) => ({
      x: () => (dtype === 'float32' ? dy.clone() : zeros(dy.shape)),
    }),
  }),
];
