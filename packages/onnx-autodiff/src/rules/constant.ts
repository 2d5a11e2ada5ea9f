import type { Rule } from './rule.ts';

/** Operators without a gradient by nature: sizes, indices, comparisons, rounding, constants. The sweep stops there, and rightly so. */
const NO_GRADIENT = [
  'Shape',
  'Size',
  'Constant',
  'ConstantOfShape',
  'EyeLike',
  'NonZero',
  'ArgMax',
  'ArgMin',
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
  'Not',
  'And',
  'Or',
  'Xor',
  'IsNaN',
  'IsInf',
  'Floor',
  'Ceil',
  'Round',
  'Sign',
  'BitShift',
  'BitwiseAnd',
  'BitwiseOr',
  'BitwiseXor',
  'BitwiseNot',
  'RandomNormal',
  'RandomNormalLike',
  'RandomUniform',
  'RandomUniformLike',
  'Bernoulli',
  'Multinomial',
  'Hardmax',
  'NonMaxSuppression',
  'BlackmanWindow',
  'HannWindow',
  'HammingWindow',
  'MelWeightMatrix',
];

/** start + i * delta; https://onnx.ai/onnx/operators/onnx__Range.html */
const range: Rule = {
  op: 'Range',
  since: 11,
  vjp: ({ e, g, x: [start, , delta], y }) => [
    () => e.total(g),
    null,
    () => e.total(e.mul(g, e.div(e.sub(y, start), delta))),
  ],
};

export const constant: readonly Rule[] = [range, ...NO_GRADIENT.map((op): Rule => ({ op, vjp: 'none' }))];
