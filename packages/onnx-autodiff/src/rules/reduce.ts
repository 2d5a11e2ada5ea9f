import type { Value } from '../emit/tape.ts';
import type { Context, InputGradient, Rule } from './rule.ts';

/** The reduced axes, from the front; undefined where nothing is reduced. */
function reducedAxes({ e, node, has, constant, x: [x] }: Context): readonly number[] | undefined {
  const given = has(1)
    ? (constant(1) ?? e.refuse('its gradient needs axes that the file knows; they are computed at run time'))
    : node.ints('axes');
  if (given && given.length > 0) return given.map((axis) => e.axis(x, axis));
  if (node.int('noop_with_empty_axes', 0) === 1) return undefined;
  return Array.from({ length: e.rank(x) }, (_, axis) => axis);
}

/** `value` with the reduced axes as axes of size 1, where the node dropped them. */
function kept({ e, node }: Context, value: Value, axes: readonly number[]): Value {
  return node.int('keepdims', 1) === 0
    ? e.unsqueeze(
        value,
        axes.toSorted((a, b) => a - b),
      )
    : value;
}

/** A rule from the gradient and the output, both with the reduced axes kept. */
function reduction(
  vjp: (context: Context, g: Value, y: Value, axes: readonly number[]) => Value,
): (context: Context) => readonly InputGradient[] {
  return (context) => [
    () => {
      const axes = reducedAxes(context);
      return axes ? vjp(context, kept(context, context.g, axes), kept(context, context.y, axes), axes) : context.g;
    },
    null,
  ];
}

/** Reductions: https://onnx.ai/onnx/operators/onnx__ReduceSum.html and its neighbours. Equal extremes share the gradient, as torch.amax does. */
export const reduce: readonly Rule[] = [
  { op: 'ReduceSum', vjp: reduction(({ e, x: [x] }, g, _, axes) => e.spread(g, x, axes, false)) },
  { op: 'ReduceMean', vjp: reduction(({ e, x: [x] }, g, _, axes) => e.spread(g, x, axes, true)) },
  { op: 'ReduceMax', vjp: reduction(({ e, x: [x] }, g, y, axes) => e.shared(g, e.indicator(e.atLeast(x, y)), axes)) },
  {
    op: 'ReduceMin',
    vjp: reduction(({ e, x: [x] }, g, y, axes) => e.shared(g, e.indicator(e.not(e.greater(x, y))), axes)),
  },
  { op: 'ReduceL2', vjp: reduction(({ e, x: [x] }, g, y) => e.div(e.mul(g, x), y)) },
  { op: 'ReduceSumSquare', vjp: reduction(({ e, x: [x] }, g) => e.mul(g, e.times(x, 2))) },
  { op: 'ReduceLogSumExp', vjp: reduction(({ e, x: [x] }, g, y) => e.mul(g, e.exp(e.sub(x, y)))) },
];
