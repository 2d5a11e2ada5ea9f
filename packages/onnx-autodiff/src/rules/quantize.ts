import { INT8, UINT8 } from '../graph/types.ts';
import type { Context, Rule } from './rule.ts';

/** The least and the greatest quantised value. */
const RANGES = new Map<number, readonly [low: number, high: number]>([
  [UINT8, [0, 255]],
  [INT8, [-128, 127]],
  [4, [0, 65535]],
  [5, [-32768, 32767]],
]);

function rangeOf({ e, node, has, raw }: Context): readonly [number, number] {
  const type = (has(2) ? raw[2].type : undefined) ?? (node.int('output_dtype', 0) || UINT8);
  return RANGES.get(type) ?? e.refuse(`quantisation to type ${type} has no rule yet`);
}

/**
 * Straight-through estimation (Bengio et al. 2013, https://arxiv.org/abs/1308.3432) inside the representable range. Gradients
 * of quantised tensors are in real units, so a quantiser passes what a dequantiser took. Quantisers have Relu and Clip folded
 * into their range: where the value sits on an end of the integer range nothing passes. Told by the output, so that the
 * runtime goes on computing in integers.
 */
export const quantize: readonly Rule[] = [
  {
    op: 'QuantizeLinear',
    since: 10,
    vjp: (context) => {
      const { e, g, ys } = context;
      const [low, high] = rangeOf(context);
      return [() => e.gate(e.within(e.float(ys[0]), low, high), g), null, null];
    },
  },
  { op: 'DequantizeLinear', since: 10, vjp: ({ g }) => [() => g, null, null] },
];
