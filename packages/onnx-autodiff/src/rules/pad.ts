import type { Value } from '../emit/tape.ts';
import type { Context, Rule } from './rule.ts';

/** Padding of some axes: two numbers each where the file has them, else the int64 vector of all begins, then all ends. */
interface Padding {
  readonly axes: readonly number[];
  readonly known: readonly number[] | undefined;
  readonly vector: Value | undefined;
}

function paddingOf({ e, node, opset, has, constant, raw, x: [x] }: Context): Padding {
  const all = Array.from({ length: e.rank(x) }, (_, axis) => axis);
  if (opset < 11) return { axes: all, known: node.ints('pads') ?? [], vector: undefined };
  const given = has(3) ? constant(3) : all;
  if (!given) return e.refuse('its gradient needs axes that the file knows; they are computed at run time');
  return { axes: given.map((axis) => e.axis(x, axis)), known: constant(1), vector: raw[1] };
}

/** Constant padding is cut off again; cells that it cut off get zeros. */
function cropped(context: Context, { axes, known, vector }: Padding): Value {
  const {
    e,
    g,
    x: [x],
  } = context;
  const rank = e.rank(x);
  if (known) {
    const pads = new Array<number>(2 * rank).fill(0);
    axes.forEach((axis, index) => {
      pads[axis] = -(known[index] as number);
      pads[rank + axis] = -(known[axes.length + index] as number);
    });
    return e.pad(g, pads);
  }
  const negative = e.neg(vector as Value);
  if (axes.length === rank && axes.every((axis, index) => axis === index)) return e.pad(g, negative);
  const place = (offset: number): readonly Value[] =>
    Array.from({ length: rank }, (_, axis) => axes.indexOf(axis)).map((index) =>
      index < 0 ? e.ints([0]) : e.pick(negative, [offset + index]),
    );
  return e.pad(g, e.concat([...place(0), ...place(axes.length)], 0));
}

/** Padding by the tensor's own cells: along each axis the same padding of the identity says which cell went where. */
function folded(context: Context, { axes, known, vector }: Padding): Value {
  const { e, node, x } = context;
  const mode = node.string('mode', 'constant');
  let { g } = context;
  axes.forEach((axis, index) => {
    const pair = known && [known[index] as number, known[axes.length + index] as number];
    if (pair?.every((pad) => pad === 0)) return;
    const identity = e.identity(x[0], axis);
    const one = (at: number): Value => e.pick(vector as Value, [at]);
    const pads = pair
      ? [pair[0] as number, 0, pair[1] as number, 0]
      : e.concat([one(index), e.ints([0]), one(axes.length + index), e.ints([0])], 0);
    g = e.contract(e.pad(identity, pads, mode), g, axis, x[0]);
  });
  return g;
}

/** The gradient of the padding value: everything that is not the tensor's. */
function ofValue(context: Context): Value {
  const { e, g, x } = context;
  if (context.node.string('mode', 'constant') !== 'constant')
    return e.refuse('its padding value is not used in this mode');
  const inside = e.total(cropped(context, paddingOf(context)));
  return e.reshapeLike(e.sub(e.total(g), inside), x[2]);
}

/** https://onnx.ai/onnx/operators/onnx__Pad.html */
export const pad: readonly Rule[] = [
  {
    op: 'Pad',
    vjp: (context) => [
      () => {
        const padding = paddingOf(context);
        return context.node.string('mode', 'constant') === 'constant'
          ? cropped(context, padding)
          : folded(context, padding);
      },
      null,
      () => ofValue(context),
      null,
    ],
  },
];
