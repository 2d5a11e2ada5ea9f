import type { Rule } from './rule.ts';

/** Arithmetic on equal or broadcast operands; the sweep sums over broadcast axes. */
export const elementwise: readonly Rule[] = [
  { op: 'Add', broadcasts: true, vjp: ({ g }) => [() => g, () => g] },
  { op: 'Sub', broadcasts: true, vjp: ({ e, g }) => [() => g, () => e.neg(g)] },
  { op: 'Mul', broadcasts: true, vjp: ({ e, g, x: [a, b] }) => [() => e.mul(g, b), () => e.mul(g, a)] },
  {
    op: 'Div',
    broadcasts: true,
    vjp: ({ e, g, x: [, b], y }) => [() => e.div(g, b), () => e.neg(e.div(e.mul(g, y), b))],
  },
];
