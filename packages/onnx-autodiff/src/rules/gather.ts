import type { Emitter } from '../emit/emitter.ts';
import type { Value } from '../emit/tape.ts';
import { INT64 } from '../graph/types.ts';
import type { Context, Rule } from './rule.ts';

/** Indices as int64 with the axes that are known of them. */
const indicesOf = ({ e, raw: [, indices] }: Context): Value =>
  e.withDims({ ...e.index(indices), type: INT64 }, indices.dims);

/** One index: the slice goes back to its place, with zeros around. */
function placed(context: Context, index: number, axis: number, keep: boolean): Value {
  const {
    e,
    g,
    x: [x],
  } = context;
  const size = e.size(x, axis);
  const rank = e.rank(x);
  const at = index < 0 ? index + size : index;
  const pads = new Array<number>(2 * rank).fill(0);
  pads[axis] = at;
  pads[rank + axis] = size - at - 1;
  const slice = keep ? g : e.unsqueeze(g, [axis]);
  return size === 1 ? slice : e.pad(slice, pads);
}

/** Adds along the first axis, which is where ScatterND does it. */
function addRows(e: Emitter, indices: Value, g: Value, x: Value, axis: number, count: number): Value {
  const rank = e.rank(x);
  const others = Array.from({ length: rank }, (_, i) => i).filter((i) => i !== axis);
  const before = Array.from({ length: axis }, (_, i) => i);
  const chosen = Array.from({ length: count }, (_, i) => axis + i);
  const behind = Array.from({ length: rank - axis - 1 }, (_, i) => axis + count + i);
  const rows = axis === 0 ? g : e.transpose(g, [...chosen, ...before, ...behind]);
  const sizes = e.sizes(x);
  const shape = sizes
    ? [axis, ...others].map((i) => sizes[i] as number)
    : axis === 0
      ? e.shape(x)
      : e.pick(e.shape(x), [axis, ...others]);
  const fromFront = e.select(e.node('Less', [indices, e.ints([0], [])]), e.add(indices, e.sizeOf(x, axis)), indices);
  const sums = e.node('ScatterND', [e.zeros(shape), e.unsqueeze(fromFront, [count]), rows], { reduction: 'add' });
  if (axis === 0) return sums;
  return e.transpose(
    sums,
    Array.from({ length: rank }, (_, i) => (i === axis ? 0 : i < axis ? i + 1 : i)),
  );
}

/** https://onnx.ai/onnx/operators/onnx__Gather.html */
function gather(context: Context): Value {
  const { e, node, g, x, raw, constant } = context;
  const axis = e.axis(x[0], node.int('axis', 0));
  const known = constant(1);
  const rank = e.rank(raw[1]);
  const size = x[0].dims?.[axis];
  if (known?.length === 1 && rank <= 1 && typeof size === 'number')
    return placed(context, known[0] as number, axis, rank === 1);
  const indices = rank === 0 ? e.unsqueeze(indicesOf(context), [0]) : indicesOf(context);
  const rows = rank === 0 ? e.unsqueeze(g, [axis]) : g;
  if (e.opset >= 16) return addRows(e, indices, rows, x[0], axis, Math.max(1, rank));
  const flat = e.withDims(e.reshape(indices, [-1]), [null]);
  const merged = rank < 2 ? rows : e.reshape(rows, e.shapeWith(x[0], axis, -1));
  return e.contract(e.oneHot(flat, x[0], axis), e.withDims(merged, x[0].dims?.with(axis, null)), axis, x[0]);
}

/** https://onnx.ai/onnx/operators/onnx__GatherND.html */
function gatherND(context: Context): Value {
  const {
    e,
    node,
    g,
    x: [x],
  } = context;
  const batchDims = node.int('batch_dims', 0);
  const indices = indicesOf(context);
  if (e.opset >= 16 && batchDims === 0)
    return e.node('ScatterND', [e.zeros(e.sizes(x) ?? e.shape(x)), indices, g], { reduction: 'add' });
  const at = e.node('GatherND', [e.positions(x), indices], batchDims === 0 ? {} : { batch_dims: batchDims });
  return e.addAt(at, g, x);
}

/** The elements that a condition kept, along one axis or of the whole tensor taken flat. */
function compress({ e, node, g, x: [x], raw: [, condition] }: Context): Value {
  const attributes = node.has('axis') ? { axis: node.int('axis', 0) } : {};
  return e.addAt(e.node('Compress', [e.positions(x), condition], attributes), g, x, true);
}

/** Reading by index: https://onnx.ai/onnx/operators/onnx__Gather.html and its neighbours. The adjoint adds where it was read. */
export const gathering: readonly Rule[] = [
  { op: 'Gather', vjp: (context) => [() => gather(context), null] },
  {
    op: 'GatherElements',
    since: 11,
    vjp: (context) => {
      const { e, node, g, x } = context;
      return [() => e.addAlong(indicesOf(context), g, x[0], e.axis(x[0], node.int('axis', 0))), null];
    },
  },
  { op: 'GatherND', since: 11, vjp: (context) => [() => gatherND(context), null] },
  { op: 'Compress', since: 9, vjp: (context) => [() => compress(context), null] },
  {
    op: 'TopK',
    vjp: ({ e, node, g, x: [x], ys }) => [
      () => {
        if (!node.outputs[1]) e.refuse('its second output, the indices, has no name; its gradient reads them');
        return e.addAlong(e.withDims(ys[1], ys[0].dims), g, x, e.axis(x, node.int('axis', -1)), true);
      },
      null,
    ],
  },
  {
    op: 'ReverseSequence',
    since: 10,
    // the permutation is its own inverse
    vjp: ({ e, node, g, raw: [, lengths] }) => [
      () =>
        e.node('ReverseSequence', [g, lengths], {
          batch_axis: node.int('batch_axis', 1),
          time_axis: node.int('time_axis', 0),
        }),
      null,
    ],
  },
  {
    op: 'OneHot',
    note: 'its two values',
    since: 9,
    vjp: ({ e, node, g, raw: [indices, depth] }) => [
      null,
      null,
      () => {
        const hot = e.node('OneHot', [indices, depth, e.floats([0, 1])], { axis: node.int('axis', -1) });
        const sums = [e.mul(g, e.from(1, hot)), e.mul(g, hot)].map((part) => e.reshape(e.total(part), [1]));
        return e.concat(sums, 0);
      },
    ],
  },
];
