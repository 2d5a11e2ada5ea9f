import type { Emitter } from '../../emit/emitter.ts';
import type { Value } from '../../emit/tape.ts';
import { FLOAT, UINT8 } from '../../graph/types.ts';
import { type Context, missing, type Rule } from '../rule.ts';

const WEIGHTS = missing('packed weights have no gradient rule; ask for inputs and activations');

/** The values in each byte as an axis of their own, the lowest bits first: [...] as [..., 8 / bits]. */
function unpacked(e: Emitter, bytes: Value, bits: number): Value {
  const values = 8 / bits;
  const size = 2 ** bits;
  const parts: Value[] = [];
  let rest = e.float(bytes);
  for (let part = 0; part < values; part++) {
    const higher = e.node('Floor', [e.times(rest, 1 / size)]);
    parts.push(e.sub(rest, e.times(higher, size)));
    rest = higher;
  }
  const axis = e.rank(bytes);
  return e.concat(
    parts.map((part) => e.unsqueeze(part, [axis])),
    axis,
  );
}

/** The weights [N, K] of a MatMulNBits in float32: (q - zero) * scale, one scale and zero point per block of each row. */
function weightsOf({ e, node, raw, x, has }: Context): Value {
  const [rows, columns, block] = ['N', 'K', 'block_size'].map((name) => node.int(name, 0)) as [number, number, number];
  const bits = node.int('bits', 4);
  const blocks = Math.ceil(columns / block);
  const perBlock = (value: Value): Value => e.reshape(value, [rows, blocks, 1]);
  const zeros = (): Value => {
    if (!has(3)) return e.scalar(2 ** (bits - 1));
    if (raw[3].type === FLOAT) return perBlock(raw[3]);
    if (raw[3].type !== UINT8)
      return e.refuse('zero points that are neither float32 nor packed have no gradient rule yet');
    const perRow = Math.ceil((blocks * bits) / 8);
    const packed = e.withDims(e.reshape(raw[3], [rows, perRow]), [rows, perRow]);
    const all = e.reshape(unpacked(e, { ...packed, type: UINT8 }, bits), [rows, -1]);
    return perBlock(e.slice(all, [1], [0], [blocks]));
  };
  const values = e.reshape(unpacked(e, raw[1], bits), [rows, blocks, block]);
  const real = e.mul(e.sub(values, zeros()), perBlock(x[2]));
  const padded = e.reshape(real, [rows, blocks * block]);
  return e.slice(padded, [1], [0], [columns]);
}

/**
 * Products with weights of 4 or 8 bits, unpacked in the patch when the model is loaded.
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md
 */
export const packedWeights: readonly Rule[] = [
  {
    op: 'MatMulNBits',
    domain: 'com.microsoft',
    check: (node) => {
      if (node.inputs[4])
        return 'weights in another order (g_idx) have no gradient rule yet; quantise the model without it';
      return [4, 8].includes(node.int('bits', 4))
        ? undefined
        : `weights of ${node.int('bits', 4)} bits have no gradient rule yet`;
    },
    vjp: (context) => {
      const { e, g, y, x, has } = context;
      return [
        () => e.matmul(g, weightsOf(context)),
        WEIGHTS,
        WEIGHTS,
        WEIGHTS,
        WEIGHTS,
        () => e.unbroadcast(g, y, has(5) ? (x[5] as Value) : x[0]),
      ];
    },
  },
];
