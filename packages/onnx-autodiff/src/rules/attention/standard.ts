import type { Emitter } from '../../emit/emitter.ts';
import type { Value } from '../../emit/tape.ts';
import { BOOL, type Dim } from '../../graph/types.ts';
import { type Context, type InputGradient, missing, type Rule } from '../rule.ts';
import { attentionGradients } from './core.ts';
import { biasWhere, causalBias, MASKED, mergeHeads, splitHeads, sumOf } from './heads.ts';

const CACHE = 'attention over past keys and values has no gradient rule; export the model without a cache';

/** Heads of queries and of keys, from attributes (three axes) or sizes (four). */
function headsOf({ e, node, x: [q, k] }: Context): readonly [query: number, key: number] {
  if (e.rank(q) === 4) return [e.size(q, 1), e.size(k, 1)];
  return [node.int('q_num_heads', 1), node.int('kv_num_heads', 1)];
}

/** Query heads that share a key head, as an axis of their own: [B, N, S, H] as [B, N / shared, shared, S, H]. */
function grouped(e: Emitter, a: Value, keyHeads: number, shared: number): Value {
  if (shared === 1) return a;
  const [batch = null, , tokens = null, size = null] = a.dims ?? [];
  return e.withDims(e.reshape(a, [0, keyHeads, shared, -1, e.size(a, 3)]), [
    batch,
    keyHeads,
    shared,
    tokens,
    size,
  ] as readonly Dim[]);
}

/** The mask as something to add, with an axis for shared heads where there is one. */
function maskBias({ e, raw, has }: Context, keyHeads: number, shared: number): Value | undefined {
  if (!has(3)) return undefined;
  const mask = raw[3];
  if (mask.type === undefined) e.refuse('its mask has an unknown type; pass `shapes`');
  const bias = mask.type === BOOL ? biasWhere(e, mask, MASKED) : e.float(mask);
  const heads = e.rank(mask) - 3;
  if (shared === 1 || heads < 0) return bias;
  const dims = Array.from({ length: heads }, () => 0);
  const [queries, keys] = [e.size(mask, heads + 1), e.size(mask, heads + 2)];
  return e.reshape(bias, [...dims, ...(e.size(mask, heads) === 1 ? [1, 1] : [keyHeads, shared]), queries, keys]);
}

function attention(context: Context): readonly InputGradient[] {
  const { e, node, x, has, gs } = context;
  if (has(4) || has(5) || has(6)) e.refuse(CACHE);
  if (gs.slice(1).some(Boolean)) e.refuse('only its first output has a gradient rule');
  const [queryHeads, keyHeads] = headsOf(context);
  const shared = queryHeads / keyHeads;
  const flat = e.rank(x[0]) === 3;
  const split = (a: Value, heads: number): Value => (flat ? splitHeads(e, a, heads) : a);
  const queries = split(x[0], queryHeads);
  const [keys, values] = [split(x[1], keyHeads), split(x[2], keyHeads)];
  const one = (a: Value): Value =>
    shared === 1 ? a : e.withDims(e.unsqueeze(a, [2]), a.dims && [...a.dims.slice(0, 2), 1, ...a.dims.slice(2)]);
  const g = split({ ...context.g, dims: context.y.dims }, queryHeads);
  const causal = node.int('is_causal', 0) === 1 ? causalBias(e, queries, keys) : undefined;
  const gradients = attentionGradients(
    e,
    {
      q: grouped(e, queries, keyHeads, shared),
      k: one(keys),
      v: one(values),
      scale: node.float('scale', 0) || 1 / Math.sqrt(e.size(queries, 3)),
      bias: sumOf(e, [maskBias(context, keyHeads, shared), causal]),
      cap: node.float('softcap', 0),
    },
    grouped(e, g, keyHeads, shared),
  );
  const merged = (a: Value): Value => (flat ? mergeHeads(e, a) : a);
  const overShared = (a: Value): Value => merged(shared === 1 ? a : e.sum(a, [2], false));
  return [
    () => merged(shared === 1 ? gradients.q() : e.reshapeLike(gradients.q(), queries)),
    () => overShared(gradients.k()),
    () => overShared(gradients.v()),
    shared === 1
      ? () => e.unbroadcast(gradients.bias(), scoresOf(queries, keys), x[3])
      : missing('the gradient of the mask where heads share keys has no rule yet'),
    missing(CACHE),
    missing(CACHE),
    null,
  ];
}

/** The sizes of the scores. */
function scoresOf({ dims: q }: Value, { dims: k }: Value): Value {
  return { name: '', dims: q && k && [...q.slice(0, 3), k[2] ?? null] };
}

/** Attention and position: https://onnx.ai/onnx/operators/onnx__Attention.html, onnx__RotaryEmbedding.html */
export const standardAttention: readonly Rule[] = [
  { op: 'Attention', since: 23, vjp: attention },
  {
    op: 'RotaryEmbedding',
    since: 23,
    // each pair is turned (and scaled): the adjoint turns back
    vjp: ({ e, node, g, x, raw, has }) => [
      () =>
        e.node('RotaryEmbedding', [g, x[1], e.neg(x[2]), has(3) ? raw[3] : undefined], {
          interleaved: node.int('interleaved', 0),
          num_heads: node.int('num_heads', 0),
          rotary_embedding_dim: node.int('rotary_embedding_dim', 0),
        }),
      missing('the table of cosines is a constant of the model'),
      missing('the table of sines is a constant of the model'),
      null,
    ],
  },
];
