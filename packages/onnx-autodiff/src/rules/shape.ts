import type { Emitter } from '../emit/emitter.ts';
import type { Value } from '../emit/tape.ts';
import { isFloat } from '../graph/types.ts';
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

/** Each operand is a slice of the result. */
function concatParts({ e, node, g, x, y }: Context): readonly InputGradient[] {
  const axis = e.axis(y, node.int('axis', 1));
  return node.inputs.map((_, position) => () => {
    let start = 0;
    for (let before = 0; before < position; before++) start += e.size(x[before] as Value, axis);
    return e.slice(g, [axis], [start], [start + e.size(x[position] as Value, axis)]);
  });
}

/** Outputs that nothing reads count as zeros. */
function splitBack({ e, node, gs, ys }: Context): Value {
  const axis = e.axis(ys[0], node.int('axis', 0));
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

/** The pads of a Pad in all axes, negated. */
function cropped({ e, node, g, opset, has, constant, raw, y }: Context): Value {
  if (opset < 11)
    return e.pad(
      g,
      (node.ints('pads') ?? []).map((pad) => -pad),
    );
  const pads = constant(1);
  const rank = e.rank(y);
  if (has(3)) {
    const axes = constant(3)?.map((axis) => e.axis(y, axis));
    if (!pads || !axes)
      return e.refuse('its gradient needs pads and axes that the file knows; they are computed at run time');
    const all = new Array<number>(2 * rank).fill(0);
    axes.forEach((axis, index) => {
      all[axis] = -(pads[index] as number);
      all[rank + axis] = -(pads[axes.length + index] as number);
    });
    return e.pad(g, all);
  }
  return e.pad(g, pads ? pads.map((pad) => -pad) : e.neg(raw[1]));
}

interface Slicing {
  readonly axis: number;
  readonly start: number;
  readonly size: number;
}

/** Where a step-1 Slice took its values. */
function slicings({ e, node, opset, has, constant, x: [x], y }: Context): Slicing[] {
  const known = (input: number): readonly number[] =>
    constant(input) ??
    e.refuse('its gradient needs starts and ends that the file knows; they are computed at run time');
  const starts = opset < 10 ? (node.ints('starts') ?? []) : known(1);
  const axes = opset < 10 ? node.ints('axes') : has(3) ? known(3) : undefined;
  const steps = has(4) ? known(4) : [];
  if (steps.some((step) => step !== 1)) e.refuse('slices with a step other than 1 have no rule yet');
  return starts.map((start, index) => {
    const axis = e.axis(x, axes?.[index] ?? index);
    const size = e.size(x, axis);
    return { axis, size: e.size(y, axis), start: Math.min(Math.max(start < 0 ? start + size : start, 0), size) };
  });
}

function unslice(context: Context): Value {
  const {
    e,
    g,
    x: [x],
  } = context;
  const rank = e.rank(x);
  const pads = new Array<number>(2 * rank).fill(0);
  for (const { axis, start, size } of slicings(context)) {
    pads[axis] = start;
    pads[rank + axis] = e.size(x, axis) - start - size;
  }
  return pads.every((pad) => pad === 0) ? g : e.pad(g, pads);
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
    vjp: ({ e, g, has, constant }) => {
      if (has(2) && constant(2)?.[0] !== 0) e.refuse('it may be in training mode; export the model for inference');
      return [() => g, null, null];
    },
  },
  { op: 'Cast', vjp: ({ g, raw: [x] }) => [x.type !== undefined && !isFloat(x.type) ? null : () => g] },
  { op: 'Transpose', vjp: (context) => [() => transposeBack(context)] },
  { op: 'Concat', vjp: concatParts },
  { op: 'Split', vjp: (context) => [() => splitBack(context), null] },
  { op: 'Slice', vjp: (context) => [() => unslice(context), null, null, null, null] },
  {
    op: 'Pad',
    check: (node) =>
      node.string('mode', 'constant') === 'constant'
        ? undefined
        : `padding of mode ${node.string('mode', '')} has no rule yet`,
    vjp: (context) => [() => cropped(context), null, null, null],
  },
  { op: 'Expand', since: 8, vjp: ({ e, g, x: [x], y }) => [() => e.unbroadcast(g, y, x), null] },
];
