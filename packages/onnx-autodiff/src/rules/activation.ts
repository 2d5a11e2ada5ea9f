import type { Rule } from './rule.ts';

/** Activations: https://onnx.ai/onnx/operators/. Derivatives are told by the output where it tells them. */
export const activation: readonly Rule[] = [
  { op: 'Relu', vjp: ({ e, g, y }) => [() => e.gate(e.above(y, 0), g)] },
  { op: 'Sigmoid', vjp: ({ e, g, y }) => [() => e.mul(g, e.mul(y, e.from(1, y)))] },
  { op: 'Tanh', vjp: ({ e, g, y }) => [() => e.mul(g, e.from(1, e.square(y)))] },
];
