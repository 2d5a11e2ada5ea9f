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

/** https://onnx.ai/onnx/operators/onnx__Gather.html */
function gather(context: Context): Value {
  const { e, node, g, x, raw, constant } = context;
  const axis = e.axis(x[0], node.int('axis', 0));
  const known = constant(1);
  const rank = e.rank(raw[1]);
  const size = x[0].dims?.[axis];
  if (known?.length === 1 && rank <= 1 && typeof size === 'number')
    return placed(context, known[0] as number, axis, rank === 1);
  const indices = indicesOf(context);
  return rank === 0
    ? e.addSlices(e.withDims(e.unsqueeze(indices, [0]), [1]), e.unsqueeze(g, [axis]), x[0], axis)
    : e.addSlices(indices, g, x[0], axis);
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
  {
    op: 'GatherND',
    since: 11,
    vjp: (context) => {
      const { e, node, g, x } = context;
      return [() => e.addTuples(indicesOf(context), g, x[0], node.int('batch_dims', 0)), null];
    },
  },
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
