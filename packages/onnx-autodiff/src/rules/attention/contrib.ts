import type { Emitter } from '../../emit/emitter.ts';
import type { Value } from '../../emit/tape.ts';
import { type Context, type InputGradient, missing, type Rule } from '../rule.ts';
import { type AttentionGradients, attentionGradients } from './core.ts';
import { causalBias, lengthBias, mergeHeads, splitHeads, sumOf } from './heads.ts';

const CACHE = 'attention over past keys and values has no gradient rule; export the model without a cache';
const MASK = 'masks have no gradient rule';

/** What ONNX Runtime adds to the score of a masked key by default. */
const FILTER = -10000;

interface Projected {
  readonly q: Value;
  readonly k: Value;
  readonly v: Value;
}

/** From [batch, tokens, width] to the gradients of the three, on heads. */
function throughAttention(
  { e, node, g, y }: Context,
  { q, k, v }: Projected,
  biases: readonly (Value | undefined)[],
): AttentionGradients {
  const heads = node.int('num_heads', 1);
  const [queries, keys, values] = [q, k, v].map((a) => splitHeads(e, a, heads)) as [Value, Value, Value];
  const causal = node.int('unidirectional', 0) === 1 ? causalBias(e, queries, keys) : undefined;
  return attentionGradients(
    e,
    {
      q: queries,
      k: keys,
      v: values,
      scale: node.float('scale', 0) || 1 / Math.sqrt(e.size(queries, 3)),
      bias: sumOf(e, [...biases, causal]),
    },
    splitHeads(e, { ...g, dims: y.dims }, heads),
  );
}

/** An integer mask, 1 where a key counts: [batch, keys], [batch, queries, keys], or the number of keys per sample. */
function maskBias({ e, node, raw }: Context, input: number, queries: Value, keys: Value): Value {
  const mask = raw[input] as Value;
  const filter = node.float('mask_filter_value', FILTER);
  const hidden = (): Value => e.times(e.from(1, e.float(mask)), filter);
  const rank = e.rank(mask);
  if (rank === 2) return e.unsqueeze(hidden(), [1, 2]);
  if (rank === 3) return e.unsqueeze(hidden(), [1]);
  if (rank === 1 && mask.dims?.[0] === queries.dims?.[0]) return lengthBias(e, mask, keys);
  return e.refuse(
    `a mask of dims [${mask.dims}] has no gradient rule yet; expected [batch, keys] or one length per sample`,
  );
}

/** Columns of queries, keys and values in one product. */
function parts(e: Emitter, whole: Value, sizes: readonly [number, number, number]): Projected {
  let start = 0;
  const [q, k, v] = sizes.map((size) => {
    const part = e.slice(whole, [2], [start], [start + size]);
    start += size;
    return e.withDims(part, whole.dims && [...whole.dims.slice(0, 2), size]);
  }) as [Value, Value, Value];
  return { q, k, v };
}

/** Projection and attention in one; the projection is computed again. */
function projectedAttention(context: Context): readonly InputGradient[] {
  const { e, node, x, has, gs } = context;
  if (has(4) || has(6)) e.refuse(CACHE);
  if (gs[1]) e.refuse('only its first output has a gradient rule');
  if (node.int('do_rotary', 0) === 1) e.refuse('rotary positions inside of attention have no gradient rule yet');
  const third = e.size(x[1], 1) / 3;
  const [a = third, b = third, c = third] = node.ints('qkv_hidden_sizes') ?? [];
  const product = e.matmul(x[0], x[1]);
  const biased = has(2) ? e.add(product, x[2]) : product;
  const whole = e.withDims(biased, x[0].dims && [...x[0].dims.slice(0, 2), a + b + c]);
  const projected = parts(e, whole, [a, b, c]);
  const mask = has(3) ? maskBias(context, 3, x[0], projected.k) : undefined;
  const gradients = throughAttention(context, projected, [mask, has(5) ? x[5] : undefined]);
  const upstream = (): Value =>
    e.concat(
      [gradients.q(), gradients.k(), gradients.v()].map((gradient) => mergeHeads(e, gradient)),
      2,
    );
  const like = (value: Value): Value => ({ ...value, dims: whole.dims });
  return [
    () => e.matmul(upstream(), e.swap(x[1])),
    () => e.sum(e.matmul(e.swap(x[0]), upstream()), [0], false),
    () => e.unbroadcast(upstream(), like(whole), x[2]),
    null,
    missing(CACHE),
    missing(MASK),
    null,
  ];
}

/** Attention on queries, keys and values that are there already. */
function multiHead(context: Context): readonly InputGradient[] {
  const { e, x, has, gs } = context;
  if ([6, 7, 8, 9].some(has)) e.refuse(CACHE);
  if (gs.slice(1).some(Boolean)) e.refuse('only its first output has a gradient rule');
  const separate = has(1) && has(2) && [0, 1, 2].every((input) => e.rank(x[input] as Value) === 3);
  if (!separate)
    e.refuse('packed queries, keys and values have no gradient rule yet; expected three tensors of three axes');
  const widths = [0, 1, 2].map((input) => e.size(x[input] as Value, 2)) as [number, number, number];
  const starts = [0, widths[0], widths[0] + widths[1]] as const;
  const shifted = ([0, 1, 2] as const).map((input) => {
    const operand = x[input];
    const part = (): Value => e.slice(x[3], [0], [starts[input]], [starts[input] + widths[input]]);
    return has(3) ? e.withDims(e.add(operand, part()), operand.dims) : operand;
  });
  const [q, k, v] = shifted as [Value, Value, Value];
  const padding = has(4) ? maskBias(context, 4, q, k) : undefined;
  const gradients = throughAttention(context, { q, k, v }, [padding, has(5) ? x[5] : undefined]);
  const of = {
    q: () => mergeHeads(e, gradients.q()),
    k: () => mergeHeads(e, gradients.k()),
    v: () => mergeHeads(e, gradients.v()),
  };
  return [
    of.q,
    of.k,
    of.v,
    () =>
      e.concat(
        [of.q(), of.k(), of.v()].map((gradient) => e.sum(gradient, [0, 1], false)),
        0,
      ),
    null,
    missing(MASK),
    missing(CACHE),
    missing(CACHE),
    null,
    missing(CACHE),
  ];
}

/** Attention as ONNX Runtime fuses it: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md */
export const contribAttention: readonly Rule[] = [
  { op: 'Attention', domain: 'com.microsoft', vjp: projectedAttention },
  { op: 'MultiHeadAttention', domain: 'com.microsoft', vjp: multiHead },
  {
    op: 'RotaryEmbedding',
    domain: 'com.microsoft',
    // each pair is turned (and scaled): the model's own operator with the sines negated turns back
    vjp: ({ e, node, g, x, raw }) => [
      () =>
        e.node(
          'RotaryEmbedding',
          [g, raw[1], x[2], e.neg(x[3])],
          {
            interleaved: node.int('interleaved', 0),
            num_heads: node.int('num_heads', 0),
            rotary_embedding_dim: node.int('rotary_embedding_dim', 0),
            is_packed_batching: node.int('is_packed_batching', 0),
            scale: { float: node.float('scale', 1) },
          },
          'com.microsoft',
        ),
      null,
      missing('the table of cosines is a constant of the model'),
      missing('the table of sines is a constant of the model'),
    ],
  },
];
