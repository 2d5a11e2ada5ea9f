import type { Rule } from './rule.ts';

/** Circular and hyperbolic functions: https://onnx.ai/onnx/operators/onnx__Sin.html and its neighbours. */
export const trigonometric: readonly Rule[] = [
  { op: 'Sin', vjp: ({ e, g, x: [x] }) => [() => e.mul(g, e.cos(x))] },
  { op: 'Cos', vjp: ({ e, g, x: [x] }) => [() => e.neg(e.mul(g, e.sin(x)))] },
  { op: 'Tan', vjp: ({ e, g, y }) => [() => e.mul(g, e.plus(e.square(y), 1))] },
  { op: 'Asin', vjp: ({ e, g, x: [x] }) => [() => e.div(g, e.sqrt(e.from(1, e.square(x))))] },
  { op: 'Acos', vjp: ({ e, g, x: [x] }) => [() => e.neg(e.div(g, e.sqrt(e.from(1, e.square(x)))))] },
  { op: 'Atan', vjp: ({ e, g, x: [x] }) => [() => e.div(g, e.plus(e.square(x), 1))] },
  { op: 'Sinh', since: 9, vjp: ({ e, g, x: [x] }) => [() => e.mul(g, e.node('Cosh', [x]))] },
  { op: 'Cosh', since: 9, vjp: ({ e, g, x: [x] }) => [() => e.mul(g, e.node('Sinh', [x]))] },
  { op: 'Asinh', since: 9, vjp: ({ e, g, x: [x] }) => [() => e.div(g, e.sqrt(e.plus(e.square(x), 1)))] },
  { op: 'Acosh', since: 9, vjp: ({ e, g, x: [x] }) => [() => e.div(g, e.sqrt(e.plus(e.square(x), -1)))] },
  { op: 'Atanh', since: 9, vjp: ({ e, g, x: [x] }) => [() => e.div(g, e.from(1, e.square(x)))] },
];
