import type { Value } from '../../emit/tape.ts';
import { standardised, throughStandardised } from '../normalize.ts';
import type { InputGradient, Rule } from '../rule.ts';

/** The fourth output: what was normalised, which the next residual block reads. */
const SUM = 3;

/**
 * Normalises input + skip (+ bias) over the last axis. Both outputs that networks read have gradients: the normalised one and the sum.
 * @param centres with the mean taken away (layer normalisation), else over the root mean square alone
 */
function skipNormalization(op: string, centres: boolean): Rule {
  const biasAt = centres ? 4 : 3;
  return {
    op,
    domain: 'com.microsoft',
    vjp: (context) => {
      const { e, node, x, ys, gs, has } = context;
      const [input] = x;
      if (gs[1] || gs[2]) e.refuse('the gradients of its statistics have no rule');
      const last = [e.rank(input) - 1];
      const operands = [input, x[1], ...(has(biasAt) ? [x[biasAt] as Value] : [])];
      const sum = node.outputs[SUM]
        ? (ys[SUM] as Value)
        : operands.slice(1).reduce((total, operand) => e.add(total, operand), input);
      const parts = standardised(e, sum, last, node.float('epsilon', 1e-12), centres);
      const [g] = gs;
      const total = (): Value => {
        const behind = g && throughStandardised(e, e.mul(g, x[2]), parts, last, centres);
        return behind && gs[SUM] ? e.add(behind, gs[SUM]) : ((behind ?? gs[SUM]) as Value);
      };
      const to =
        (position: number): (() => Value) =>
        () =>
          e.unbroadcast(total(), input, x[position] as Value);
      const parameter = (position: number, gradient: (upstream: Value) => Value): InputGradient =>
        g ? () => e.unbroadcast(gradient(g), input, x[position] as Value) : null;
      const gamma = parameter(2, (upstream) => e.mul(upstream, parts[0]));
      return centres
        ? [to(0), to(1), gamma, parameter(3, (upstream) => upstream), to(4)]
        : [to(0), to(1), gamma, to(3)];
    },
  };
}

/** Residual connection and normalisation in one: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md */
export const skipNormalizations: readonly Rule[] = [
  skipNormalization('SkipLayerNormalization', true),
  skipNormalization('SkipSimplifiedLayerNormalization', false),
];
