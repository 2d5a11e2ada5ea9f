import type { Value } from '../emit/tape.ts';
import type { Context, Rule } from './rule.ts';

/** What a Slice says of one axis; numbers where the file has them. */
interface Cut {
  readonly axis: number;
  readonly known: { readonly start: number; readonly step: number } | undefined;
  /** Its starts, ends and steps as vectors, and the place of this axis among them. */
  readonly index: number;
}

function cutsOf({ e, node, opset, has, constant, raw, x: [x] }: Context): readonly Cut[] {
  const starts = opset < 10 ? node.ints('starts') : constant(1);
  const given = opset < 10 ? node.ints('axes') : has(3) ? constant(3) : undefined;
  if (has(3) && !given) e.refuse('its gradient needs axes that the file knows; they are computed at run time');
  const steps = has(4) ? constant(4) : [];
  const count = starts?.length ?? given?.length ?? raw[1].dims?.[0];
  if (typeof count !== 'number')
    e.refuse('its gradient needs to know how many axes are cut; they are computed at run time');
  return Array.from({ length: count as number }, (_, index) => {
    const axis = e.axis(x, given?.[index] ?? index);
    const size = x.dims?.[axis];
    const start = starts?.[index];
    const step = steps ? (steps[index] ?? 1) : undefined;
    if (typeof size !== 'number' || start === undefined || step === undefined) return { axis, known: undefined, index };
    const first = Math.min(Math.max(start < 0 ? start + size : start, 0), step < 0 ? size - 1 : size);
    return { axis, known: { start: first, step }, index };
  });
}

/** The matrix of the cut along one axis: the same cut of the identity. [out, in] */
function cutMatrix({ e, node, opset, has, x: [x], raw }: Context, { axis, index }: Cut): Value {
  const identity = e.identity(x, axis);
  if (opset < 10) {
    const [start, end] = [node.ints('starts')?.[index] ?? 0, node.ints('ends')?.[index] ?? 0];
    return e.node('Slice', [identity], { axes: [0], starts: [start], ends: [end] });
  }
  const one = (input: 1 | 2 | 4): Value => e.index(e.pick(raw[input], [index]));
  return e.node('Slice', [identity, one(1), one(2), e.ints([0]), ...(has(4) ? [one(4)] : [])]);
}

/** Cells go back between zeros. */
function unslice(context: Context): Value {
  const { e, x } = context;
  const rank = e.rank(x[0]);
  const pads = new Array<number>(2 * rank).fill(0);
  let { g } = context;
  for (const cut of cutsOf(context)) {
    const { axis, known } = cut;
    const [size, cells] = [x[0].dims?.[axis], context.y.dims?.[axis]];
    if (known?.step === 1 && typeof size === 'number' && typeof cells === 'number') {
      pads[axis] = known.start;
      pads[rank + axis] = size - known.start - cells;
      continue;
    }
    g = e.contract(cutMatrix(context, cut), g, axis, x[0]);
  }
  return pads.every((pad) => pad === 0) ? g : e.pad(g, pads);
}

/** https://onnx.ai/onnx/operators/onnx__Slice.html */
export const slice: readonly Rule[] = [
  { op: 'Slice', vjp: (context) => [() => unslice(context), null, null, null, null] },
];
