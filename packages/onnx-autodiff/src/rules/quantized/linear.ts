import type { Rule } from '../rule.ts';
import { inUnits, SCALES, unsaturated } from './units.ts';

/**
 * Straight-through estimation (Bengio et al. 2013, https://arxiv.org/abs/1308.3432) inside the representable range. Gradients
 * of quantised tensors are in real units, so a quantiser passes what a dequantiser took.
 * https://onnx.ai/onnx/operators/onnx__QuantizeLinear.html, onnx__DequantizeLinear.html
 */
const both = (domain: string, since: number): Rule[] => [
  {
    op: 'QuantizeLinear',
    domain,
    since,
    vjp: (context) => [() => unsaturated(context, 2, context.node.int('output_dtype', 0) || undefined), SCALES, SCALES],
  },
  {
    op: 'DequantizeLinear',
    domain,
    since,
    vjp: (context) => [() => inUnits(context, 0, 1, context.g), SCALES, SCALES],
  },
];

export const linearQuantisation: readonly Rule[] = [
  ...both('', 10),
  ...both('com.microsoft', 1),
  {
    op: 'DynamicQuantizeLinear',
    since: 11,
    // the scale is chosen so that nothing is cut off; that it follows the values is left out
    vjp: ({ gs: [g] }) => [g ? () => g : null],
  },
];
