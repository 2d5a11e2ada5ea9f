import type { Emitter } from '../emit/emitter.ts';
import type { Axes } from '../emit/reduce.ts';
import type { Value } from '../emit/tape.ts';
import type { Context, InputGradient, Rule } from './rule.ts';

/** The reduced axes, from the front; undefined where nothing is reduced. */
function reducedAxes({ e, node, has, constant, x: [x], raw }: Context): Axes | undefined {
  const noop = node.int('noop_with_empty_axes', 0) === 1;
  const given = has(1) ? constant(1) : node.ints('axes');
  if (has(1) && !given) return { vector: raw[1], noop };
  if (given && given.length > 0) return given.map((axis) => e.axis(x, axis));
  return noop ? undefined : Array.from({ length: e.rank(x) }, (_, axis) => axis);
}

/** `value` with the reduced axes as axes of size 1, where the node dropped them. */
function kept({ e, node, x: [x] }: Context, value: Value, axes: Axes): Value {
  if (node.int('keepdims', 1) === 1) return value;
  if ('vector' in axes) return e.reshape(value, e.shape(e.sum(x, axes)));
  return e.unsqueeze(
    value,
    axes.toSorted((a, b) => a - b),
  );
}

/** A rule from the gradient and the output, both with the reduced axes kept. */
function reduction(
  vjp: (context: Context, g: Value, y: Value, axes: Axes) => Value,
): (context: Context) => readonly InputGradient[] {
  return (context) => [
    () => {
      const axes = reducedAxes(context);
      return axes
        ? vjp(context, kept(context, context.g, axes), kept(context, context.y, axes), axes)
        : vjp(context, context.g, context.y, []);
    },
    null,
  ];
}

/** The product of the other factors: exact where one of them, or several, are zero. */
function productOfOthers(e: Emitter, x: Value, axes: Axes): Value {
  const filled = e.select(e.nonzero(x), x, e.ones(x));
  const zeros = e.indicator(e.not(e.nonzero(x)));
  const otherZeros = e.sub(e.sum(zeros, axes), zeros);
  return e.gate(e.below(otherZeros, 0.5), e.div(e.prod(filled, axes), filled));
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
  { op: 'ReduceProd', vjp: reduction(({ e, x: [x] }, g, _, axes) => e.mul(g, productOfOthers(e, x, axes))) },
  { op: 'ReduceL1', vjp: reduction(({ e, x: [x] }, g) => e.mul(g, e.sign(x))) },
  { op: 'ReduceL2', vjp: reduction(({ e, x: [x] }, g, y) => e.gate(e.above(y, 0), e.div(e.mul(g, x), y))) },
  { op: 'ReduceSumSquare', vjp: reduction(({ e, x: [x] }, g) => e.mul(g, e.times(x, 2))) },
  { op: 'ReduceLogSum', vjp: reduction(({ e, x: [x] }, g, y, axes) => e.spread(e.div(g, e.exp(y)), x, axes, false)) },
  { op: 'ReduceLogSumExp', vjp: reduction(({ e, x: [x] }, g, y) => e.mul(g, e.exp(e.sub(x, y)))) },
];
