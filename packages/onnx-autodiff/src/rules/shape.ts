import type { Emitter } from '../emit/emitter.ts';
import type { Value } from '../emit/tape.ts';
import { FLOAT, isFloat } from '../graph/types.ts';
import type { Context, InputGradient, Rule } from './rule.ts';

/** The same values in other sizes. */
const reshaping = ({ e, g, x: [x] }: Context): readonly InputGradient[] => [() => e.reshapeLike(g, x), null];

/** Zeros before and behind along one axis. */
function padAxis(e: Emitter, a: Value, rank: number, axis: number, before: number, behind: number): Value {
  const pads = new Array<number>(2 * rank).fill(0);
  pads[axis] = before;
  pads[rank + axis] = behind;
  return pads.every((pad) => pad === 0) ? a : e.pad(a, pads);
}

function transposeBack({ e, node, g, y }: Context): Value {
  const perm = node.ints('perm') ?? Array.from({ length: e.rank(y) }, (_, axis) => e.rank(y) - 1 - axis);
  return e.transpose(
    g,
    perm.map((_, axis) => perm.indexOf(axis)),
  );
}

/** Each operand is a slice of the result, found at run time where sizes in front of it are. */
function concatParts({ e, node, g, x, y }: Context): readonly InputGradient[] {
  const axis = e.axis(y, node.int('axis', 1));
  const known = x.map(({ dims }) => dims?.[axis]);
  return node.inputs.map((_, position) => () => {
    const own = x[position] as Value;
    const before = known.slice(0, position);
    const size = known[position];
    if (typeof size === 'number' && before.every((dim) => typeof dim === 'number')) {
      const start = (before as number[]).reduce((a, b) => a + b, 0);
      return e.slice(g, [axis], [start], [start + size]);
    }
    const starts = x.slice(0, position).map((value) => e.sizeOf(value, axis));
    const start = starts.reduce((sum, part) => e.add(sum, part), e.ints([0]));
    return e.cut(g, axis, start, e.add(start, e.sizeOf(own, axis)));
  });
}

/** Outputs that nothing reads count as zeros. */
function splitBack({ e, node, gs, ys }: Context): Value {
  const axis = e.axis(ys[0], node.int('axis', 0));
  const isOpen = ys.some((y) => typeof y?.dims?.[axis] !== 'number');
  if (isOpen && node.outputs.every((name) => name !== ''))
    return e.concat(
      node.outputs.map((_, position) => gs[position] ?? e.zerosOf(ys[position] as Value)),
      axis,
    );
  const sizes = node.outputs.map((_, position) => e.size(ys[position] as Value, axis));
  const total = sizes.reduce((a, b) => a + b, 0);
  const rank = e.rank(ys[0]);
  let start = 0;
  const parts = sizes.flatMap((size, position) => {
    const g = gs[position];
    const before = start;
    start += size;
    return g ? [{ g, before, behind: total - before - size }] : [];
  });
  if (parts.length === sizes.length)
    return e.concat(
      parts.map(({ g }) => g),
      axis,
    );
  const [first, ...others] = parts.map(({ g, before, behind }) => padAxis(e, g, rank, axis, before, behind));
  return others.reduce((sum, part) => e.add(sum, part), first as Value);
}

/** Each axis as [repeats, size], and the sum over the repeats. */
function untile({ e, g, constant, x: [x], raw: [, repeats] }: Context): Value {
  const sizes = e.sizes(x);
  const known = constant(1);
  const pairs = (a: Value): Value => e.unsqueeze(a, [1]);
  const split =
    sizes && known
      ? sizes.flatMap((size, axis) => [known[axis] as number, size])
      : e.reshape(e.concat([pairs(repeats), pairs(e.shape(x))], 1), [-1]);
  const axes = Array.from({ length: e.rank(x) }, (_, axis) => 2 * axis);
  return e.sum(e.reshape(g, split), axes, false);
}

/** Operators that move or copy values: https://onnx.ai/onnx/operators/onnx__Reshape.html and its neighbours. */
export const shape: readonly Rule[] = [
  { op: 'Flatten', vjp: reshaping },
  { op: 'Reshape', vjp: reshaping },
  { op: 'Squeeze', vjp: reshaping },
  { op: 'Unsqueeze', vjp: reshaping },
  { op: 'Identity', vjp: ({ g }) => [() => g] },
  {
    op: 'Dropout',
    note: 'in inference mode',
    vjp: ({ e, g, has, constant }) => {
      if (has(2) && constant(2)?.[0] !== 0) e.refuse('it may be in training mode; export the model for inference');
      return [() => g, null, null];
    },
  },
  {
    op: 'Cast',
    // rounding to integers is a staircase, whatever is made of it later
    vjp: ({ g, node, raw: [x], sums }) => [
      isFloat(node.int('to', FLOAT)) && (x.type === undefined || isFloat(x.type) || sums(0)) ? () => g : null,
    ],
  },
  {
    op: 'CastLike',
    since: 15,
    vjp: ({ g, raw: [x, like] }) => [
      [x, like].every(({ type }) => type === undefined || isFloat(type)) ? () => g : null,
      null,
    ],
  },
  { op: 'Transpose', vjp: (context) => [() => transposeBack(context)] },
  { op: 'Concat', vjp: concatParts },
  { op: 'Split', vjp: (context) => [() => splitBack(context), null] },
  { op: 'Expand', since: 8, vjp: ({ e, g, x: [x], y }) => [() => e.unbroadcast(g, y, x), null] },
  { op: 'Tile', vjp: (context) => [() => untile(context), null] },
];
