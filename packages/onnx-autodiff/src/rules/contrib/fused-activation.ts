import type { Emitter } from '../../emit/emitter.ts';
import type { Value } from '../../emit/tape.ts';

/** Parameters of a fused activation, in the order in which the activation's own operator lists them; undefined where the node leaves one out. */
export type Parameters = (index: number, fallback: number) => number;

type Slope = (e: Emitter, y: Value, parameter: Parameters) => Value;

const selected = (e: Emitter, y: Value, above: number, below: Value): Value =>
  e.select(e.above(y, 0), e.times(e.ones(y), above), below);

/** d activation / d pre-activation, told by the output y alone: the pre-activation of a fused operator is nowhere to be read. */
const slopes = new Map<string, Slope>([
  ['Relu', (e, y) => e.indicator(e.above(y, 0))],
  ['LeakyRelu', (e, y, p) => selected(e, y, 1, e.times(e.ones(y), p(0, 0.01)))],
  ['Sigmoid', (e, y) => e.mul(y, e.from(1, y))],
  ['Tanh', (e, y) => e.from(1, e.square(y))],
  ['Softplus', (e, y) => e.from(1, e.exp(e.neg(y)))],
  ['Softsign', (e, y) => e.square(e.from(1, e.abs(y)))],
  ['Elu', (e, y, p) => selected(e, y, 1, e.plus(y, p(0, 1)))],
  [
    'Selu',
    (e, y, p) => {
      const gamma = p(1, 1.0507009873554805);
      return selected(e, y, gamma, e.plus(y, p(0, 1.6732632423543772) * gamma));
    },
  ],
  [
    'Clip',
    (e, y, p) => {
      const inside = e.within(y, p(0, Number.NEGATIVE_INFINITY), p(1, Number.POSITIVE_INFINITY));
      return inside ? e.indicator(inside) : e.ones(y);
    },
  ],
  ['HardSigmoid', (e, y, p) => e.times(e.indicator(e.within(y, 0, 1) as Value), p(0, 0.2))],
  ['ThresholdedRelu', (e, y) => e.indicator(e.above(e.abs(y), 0))],
]);

/**
 * The gradient in front of a fused activation. Negative slopes make the output ambiguous and are refused.
 * @param activation the `activation` attribute; '' for none
 */
export function behindActivation(e: Emitter, g: Value, y: Value, activation: string, parameter: Parameters): Value {
  if (activation === '') return g;
  const slope = slopes.get(activation) ?? e.refuse(`the fused activation ${activation} has no gradient rule yet`);
  if (/^(Leaky|Thresholded)Relu$|^Elu$/.test(activation) && parameter(0, 0) < 0)
    e.refuse(`the fused ${activation} has a negative alpha, so that its output does not tell its slope`);
  return e.mul(g, slope(e, y, parameter));
}
