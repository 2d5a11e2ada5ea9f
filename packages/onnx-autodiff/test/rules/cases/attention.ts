import { array64, indices, offset } from '../arrays.ts';
import type { Array64, Case, Reference } from '../case.ts';

const microsoft = 'com.microsoft';

interface Heads {
  readonly queries: number;
  readonly keys: number;
  readonly scale?: number;
  readonly cap?: number;
  readonly causal?: boolean;
}

/** Element of [batch, tokens, heads * size] or [batch, heads, tokens, size]. */
function element(a: Array64, heads: number, batch: number, head: number, token: number, i: number): number {
  if (a.dims.length === 4) return a.data[offset([batch, head, token, i], a.dims)] as number;
  const size = (a.dims[2] as number) / heads;
  return a.data[offset([batch, token, head * size + i], a.dims)] as number;
}

/** Attention in plain loops; `bias(b, h, i, j)` is added to the score of query i and key j. */
function attend(
  q: Array64,
  k: Array64,
  v: Array64,
  { queries, keys, scale, cap = 0, causal = false }: Heads,
  bias: (batch: number, head: number, query: number, key: number) => number = () => 0,
): Array64 {
  const four = q.dims.length === 4;
  const [batch = 0] = q.dims;
  const [rows, columns] = [q, k].map(({ dims }) => dims[four ? 2 : 1]) as [number, number];
  const width = four ? (q.dims[3] as number) : (q.dims[2] as number) / queries;
  const size = four ? (v.dims[3] as number) : (v.dims[2] as number) / keys;
  const y = array64(four ? [batch, queries, rows, size] : [batch, rows, queries * size]);
  for (const [b = 0, h = 0, i = 0] of indices([batch, queries, rows])) {
    const shared = Math.floor(h / (queries / keys));
    const scores = Array.from({ length: columns }, (_, j) => {
      let sum = 0;
      for (let d = 0; d < width; d++) sum += element(q, queries, b, h, i, d) * element(k, keys, b, shared, j, d);
      const scaled = sum * (scale ?? 1 / Math.sqrt(width));
      return causal && j > i
        ? Number.NEGATIVE_INFINITY
        : (cap > 0 ? cap * Math.tanh(scaled / cap) : scaled) + bias(b, h, i, j);
    });
    const weights = scores.map(Math.exp);
    const total = weights.reduce((a, c) => a + c, 0);
    for (let d = 0; d < size; d++) {
      const value = weights.reduce((sum, weight, j) => sum + (weight / total) * element(v, keys, b, shared, j, d), 0);
      y.data[offset(four ? [b, h, i, d] : [b, i, h * size + d], y.dims)] = value;
    }
  }
  return y;
}

const standard =
  (heads: Heads): Reference =>
  ([q, k, v, mask]) => {
    const m = mask?.data.length ? mask : undefined;
    const at = (b: number, h: number, i: number, j: number): number => {
      if (!m) return 0;
      const index = [b, h, i, j]
        .slice(4 - m.dims.length)
        .map((value, axis) => ((m.dims[axis] as number) === 1 ? 0 : value));
      return m.data[offset(index, m.dims)] as number;
    };
    return attend(q as Array64, k as Array64, v as Array64, heads, at);
  };

/** As {@link standard}, with a bool mask. */
const masked =
  (heads: Heads): Reference =>
  ([q, k, v, mask]) =>
    attend(q as Array64, k as Array64, v as Array64, heads, (_, __, i, j) =>
      (mask as Array64).data[offset([i, j], (mask as Array64).dims)] ? 0 : Number.NEGATIVE_INFINITY,
    );

const pattern = (rows: number, columns: number): number[] =>
  Array.from({ length: rows * columns }, (_, i) => (i % columns === 0 || (i * 7) % 5 > 1 ? 1 : 0));

/** x W + b in thirds. */
function projected(x: Array64, w: Array64, b: Array64): [Array64, Array64, Array64] {
  const [batch = 0, tokens = 0, width = 0] = x.dims;
  const columns = w.dims[1] as number;
  const third = columns / 3;
  return [0, 1, 2].map((part) => {
    const y = array64([batch, tokens, third]);
    for (const [n = 0, t = 0, c = 0] of indices(y.dims)) {
      const column = part * third + c;
      let sum = b.data[column] as number;
      for (let i = 0; i < width; i++)
        sum += (x.data[offset([n, t, i], x.dims)] as number) * (w.data[i * columns + column] as number);
      y.data[offset([n, t, c], y.dims)] = sum;
    }
    return y;
  }) as [Array64, Array64, Array64];
}

type Bias = (b: number, h: number, i: number, j: number) => number;
const contribAttention =
  (bias: (inputs: readonly Array64[]) => Bias, causal = false): Reference =>
  (inputs) => {
    const [q, k, v] = projected(...(inputs.slice(0, 3) as [Array64, Array64, Array64]));
    return attend(q, k, v, { queries: 2, keys: 2, causal }, bias(inputs));
  };

const multiHead =
  (bias: (inputs: readonly Array64[]) => Bias): Reference =>
  (inputs) => {
    const b = inputs[3] as Array64;
    let start = 0;
    const [q, k, v] = inputs.slice(0, 3).map((operand) => {
      const width = operand.dims[2] as number;
      const from = start;
      start += width;
      return array64(
        operand.dims,
        b.data.length ? operand.data.map((value, i) => value + (b.data[from + (i % width)] as number)) : operand.data,
      );
    }) as [Array64, Array64, Array64];
    return attend(q, k, v, { queries: 2, keys: 2 }, bias(inputs));
  };

const hidden = (inputs: readonly Array64[], input: number, b: number, j: number): number =>
  (inputs[input] as Array64).data[b * 4 + j] ? 0 : -10000;

/** Pairs of each head turned by the angle of their token. */
const rotary =
  (interleaved: boolean, x4: (inputs: readonly Array64[]) => { x: Array64; cos: Array64; sin: Array64 }): Reference =>
  (inputs) => {
    const { x, cos, sin } = x4(inputs);
    const y = array64(x.dims);
    const [, , , size = 0] = x.dims;
    for (const [b = 0, h = 0, t = 0, i = 0] of indices(x.dims)) {
      const half = size / 2;
      const pair = interleaved ? Math.floor(i / 2) : i % half;
      const second = interleaved ? i % 2 === 1 : i >= half;
      const other = interleaved ? i ^ 1 : (i + half) % size;
      const [c = 0, s = 0] = [cos, sin].map((table) => table.data[t * half + pair] as number);
      const own = x.data[offset([b, h, t, i], x.dims)] as number;
      const partner = x.data[offset([b, h, t, other], x.dims)] as number;
      y.data[offset([b, h, t, i], x.dims)] = c * own + (second ? s : -s) * partner;
    }
    return y;
  };

const ids = { dims: [2, 3], type: 'int64', values: [0, 1, 2, 0, 1, 2], constant: true };
const table = { dims: [3, 2], fixed: true };
const bias = { dims: [4, 4], type: 'bool', values: pattern(4, 4), fixed: true };

export const attention: readonly Case[] = [
  {
    op: 'Attention',
    about: 'four axes',
    inputs: [
      [2, 3, 4, 2],
      [2, 3, 5, 2],
      [2, 3, 5, 4],
    ],
    reference: standard({ queries: 3, keys: 3 }),
  },
  {
    op: 'Attention',
    about: 'three axes, a scale',
    inputs: [
      [2, 4, 6],
      [2, 5, 6],
      [2, 5, 6],
    ],
    attributes: { q_num_heads: 3, kv_num_heads: 3, scale: { float: 0.4 } },
    reference: standard({ queries: 3, keys: 3, scale: 0.4 }),
  },
  {
    op: 'Attention',
    about: 'a float mask',
    inputs: [
      [2, 3, 4, 2],
      [2, 3, 5, 2],
      [2, 3, 5, 4],
      [2, 1, 4, 5],
    ],
    reference: standard({ queries: 3, keys: 3 }),
  },
  {
    op: 'Attention',
    about: 'a bool mask',
    inputs: [[2, 3, 4, 2], [2, 3, 4, 2], [2, 3, 4, 4], bias],
    reference: masked({ queries: 3, keys: 3 }),
  },
  {
    op: 'Attention',
    about: 'causal, capped',
    inputs: [
      [2, 3, 4, 2],
      [2, 3, 5, 2],
      [2, 3, 5, 4],
    ],
    attributes: { is_causal: 1, softcap: { float: 0.8 } },
    reference: standard({ queries: 3, keys: 3, causal: true, cap: 0.8 }),
  },
  {
    op: 'Attention',
    about: 'a mask and a cap',
    inputs: [[2, 3, 4, 2], [2, 3, 5, 2], [2, 3, 5, 4], { dims: [4, 5], fixed: true }],
    attributes: { softcap: { float: 0.8 } },
    reference: standard({ queries: 3, keys: 3, cap: 0.8 }),
  },
  {
    op: 'Attention',
    about: 'query heads that share keys, four axes, a mask per head',
    inputs: [[2, 6, 4, 2], [2, 2, 5, 2], [2, 2, 5, 4], { dims: [1, 6, 4, 5], fixed: true }],
    reference: standard({ queries: 6, keys: 2 }),
  },
  {
    op: 'Attention',
    about: 'query heads that share keys, three axes, causal',
    inputs: [
      [2, 4, 12],
      [2, 4, 4],
      [2, 4, 4],
    ],
    attributes: { q_num_heads: 6, kv_num_heads: 2, is_causal: 1 },
    reference: standard({ queries: 6, keys: 2, causal: true }),
  },
  {
    op: 'Attention',
    about: 'of ONNX Runtime, a padding mask',
    domain: microsoft,
    inputs: [[2, 4, 3], [3, 12], [12], { dims: [2, 4], type: 'int32', values: [1, 1, 1, 0, 1, 0, 1, 1], fixed: true }],
    attributes: { num_heads: 2 },
    reference: contribAttention((inputs) => (b, _, __, j) => hidden(inputs, 3, b, j)),
  },
  {
    op: 'Attention',
    about: 'of ONNX Runtime, lengths',
    domain: microsoft,
    since: 11,
    inputs: [[2, 4, 3], [3, 12], [12], { dims: [2], type: 'int32', values: [3, 4], fixed: true }],
    attributes: { num_heads: 2 },
    reference: contribAttention(
      (inputs) => (b, _, __, j) => (j < ((inputs[3] as Array64).data[b] as number) ? 0 : -10000),
    ),
  },
  {
    op: 'Attention',
    about: 'of ONNX Runtime, causal',
    domain: microsoft,
    since: 11,
    inputs: [[2, 4, 3], [3, 12], [12]],
    attributes: { num_heads: 2, unidirectional: 1 },
    reference: contribAttention(() => () => 0, true),
  },
  {
    op: 'MultiHeadAttention',
    domain: microsoft,
    inputs: [[2, 3, 4], [2, 4, 4], [2, 4, 6], [14]],
    attributes: { num_heads: 2 },
    reference: multiHead(() => () => 0),
  },
  {
    op: 'MultiHeadAttention',
    domain: microsoft,
    about: 'a padding mask and a bias of scores',
    inputs: [
      [2, 3, 4],
      [2, 4, 4],
      [2, 4, 4],
      { dims: [0], absent: true },
      { dims: [2, 4], type: 'int32', values: [1, 1, 1, 0, 1, 0, 1, 1], fixed: true },
      { dims: [1, 2, 3, 4], fixed: true },
    ],
    attributes: { num_heads: 2 },
    reference: multiHead((inputs) => (b, h, i, j) => {
      const table5 = inputs[5] as Array64;
      return hidden(inputs, 4, b, j) + (table5.data[offset([0, h, i, j], table5.dims)] as number);
    }),
  },
  ...[false, true].flatMap((interleaved): Case[] => [
    {
      op: 'RotaryEmbedding',
      about: interleaved ? 'interleaved' : 'in halves',
      inputs: [[2, 2, 3, 4], table, table, ids],
      attributes: { interleaved: interleaved ? 1 : 0 },
      reference: rotary(
        interleaved,
        ([x, cos, sin]) => ({ x, cos, sin }) as { x: Array64; cos: Array64; sin: Array64 },
      ),
    },
    {
      op: 'RotaryEmbedding',
      domain: microsoft,
      about: interleaved ? 'interleaved' : 'in halves',
      inputs: [[2, 2, 3, 4], ids, table, table],
      attributes: { interleaved: interleaved ? 1 : 0 },
      reference: rotary(
        interleaved,
        ([x, , cos, sin]) => ({ x, cos, sin }) as { x: Array64; cos: Array64; sin: Array64 },
      ),
    },
  ]),
];
