import type { Value } from '../../emit/tape.ts';
import { geluSlope } from '../activation.ts';
import type { Context, Rule } from '../rule.ts';

/** Gelu of the sum of two operands, the second of which may be absent; both get the same gradient. */
function biased(approximate: 'none' | 'tanh'): Rule['vjp'] {
  return (context: Context) => {
    const { e, g, x, y, has } = context;
    const inner = has(1) ? e.add(x[0], x[1]) : x[0];
    const slope = (): Value => e.mul(g, geluSlope(e, inner, approximate));
    return [slope, () => e.unbroadcast(slope(), y, x[1])];
  };
}

/** Gelu in its forms: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md */
export const gelus: readonly Rule[] = [
  { op: 'Gelu', domain: 'com.microsoft', vjp: ({ e, g, x: [x] }) => [() => e.mul(g, geluSlope(e, x, 'none'))] },
  { op: 'BiasGelu', domain: 'com.microsoft', vjp: biased('none') },
  { op: 'FastGelu', domain: 'com.microsoft', vjp: biased('tanh') },
  {
    op: 'QuickGelu',
    domain: 'com.microsoft',
    // y = x s(alpha x): s + alpha y (1 - s)
    vjp: ({ e, node, g, x: [x], y }) => [
      () => {
        const alpha = node.float('alpha', 1.702);
        const s = e.sigmoid(e.times(x, alpha));
        return e.mul(g, e.add(s, e.times(e.mul(y, e.from(1, s)), alpha)));
      },
    ],
  },
];
