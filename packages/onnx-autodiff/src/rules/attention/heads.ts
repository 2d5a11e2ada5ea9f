import type { Emitter } from '../../emit/emitter.ts';
import type { Value } from '../../emit/tape.ts';
import type { Dim } from '../../graph/types.ts';

/** [batch, tokens, heads * size] as [batch, heads, tokens, size]. */
export function splitHeads(e: Emitter, a: Value, heads: number): Value {
  const [batch = null, tokens = null, width = null] = a.dims ?? [];
  const size: Dim = typeof width === 'number' ? width / heads : null;
  const split = e.transpose(e.reshape(a, [0, 0, heads, -1]), [0, 2, 1, 3]);
  return e.withDims(split, [batch, heads, tokens, size]);
}

/** [batch, heads, tokens, size] as [batch, tokens, heads * size]. */
export function mergeHeads(e: Emitter, a: Value): Value {
  return e.reshape(e.transpose(a, [0, 2, 1, 3]), [0, 0, -1]);
}

/** Added to a score it makes the probability zero, and stays finite where every key is masked. */
export const MASKED = -1e30;

/** 0 where the condition holds, else `value`. */
export function biasWhere(e: Emitter, condition: Value, value: number): Value {
  return e.times(e.indicator(e.not(condition)), value);
}

/** 0, 1, ... up to the size of an axis, as a float32 vector. */
function positions(e: Emitter, a: Value, axis: number): Value {
  e.need(11, 'Range');
  const size = a.dims?.[axis];
  const limit =
    typeof size === 'number' ? e.ints([size], []) : e.node('Gather', [e.shape(a), e.ints([axis], [])], { axis: 0 });
  return e.float(e.node('Range', [e.ints([0], []), limit, e.ints([1], [])]));
}

/** Keys up to each query's own position: [queries, keys], 0 or `MASKED`. */
export function causalBias(e: Emitter, q: Value, k: Value): Value {
  const rows = e.unsqueeze(positions(e, q, e.rank(q) - 2), [1]);
  const columns = e.unsqueeze(positions(e, k, e.rank(k) - 2), [0]);
  return biasWhere(e, e.not(e.greater(columns, rows)), MASKED);
}

/** Keys before each sample's length: [batch, 1, 1, keys] from `lengths` [batch]. */
export function lengthBias(e: Emitter, lengths: Value, k: Value): Value {
  const columns = e.unsqueeze(positions(e, k, e.rank(k) - 2), [0]);
  const inside = e.less(columns, e.unsqueeze(e.float(lengths), [1]));
  return e.unsqueeze(biasWhere(e, inside, MASKED), [1, 2]);
}

/** The sum of the biases that are there. */
export function sumOf(e: Emitter, biases: readonly (Value | undefined)[]): Value | undefined {
  return biases.reduce((sum, bias) => (sum && bias ? e.add(sum, bias) : (sum ?? bias)), undefined);
}
