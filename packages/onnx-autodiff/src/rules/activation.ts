import type { Emitter } from '../emit/emitter.ts';
import type { Value } from '../emit/tape.ts';
import type { Context, Rule } from './rule.ts';

/** What exporters write for "no limit". */
const UNLIMITED = 3.4e38;

/** slope where y <= 0, else 1. For slopes >= 0 the output has the input's sign. */
function leak(e: Emitter, y: Value, slope: number): Value {
  return e.plus(e.times(e.indicator(e.above(y, 0)), 1 - slope), slope);
}

/** The limits of a Clip: attributes before opset 11, then optional inputs; a number where the file has it. */
function clipLimits({ node, opset, has, constant, x }: Context): readonly [low: number | Value, high: number | Value] {
  if (opset < 11) return [node.float('min', -UNLIMITED), node.float('max', UNLIMITED)];
  const limit = (input: 1 | 2, none: number): number | Value =>
    has(input) ? (constant(input)?.[0] ?? x[input]) : none;
  return [limit(1, -UNLIMITED), limit(2, UNLIMITED)];
}

/** Strictly between the limits, told by the output; zero on the limits, as PyTorch's hardtanh and relu6 have it. */
function clip(context: Context): Value {
  const { e, g, y } = context;
  const [low, high] = clipLimits(context);
  const above = typeof low !== 'number' ? e.greater(y, low) : low <= -UNLIMITED ? undefined : e.above(y, low);
  const below = typeof high !== 'number' ? e.less(y, high) : high >= UNLIMITED ? undefined : e.below(y, high);
  return e.gate(above && below ? e.and(above, below) : (above ?? below), g);
}

/** The lower limit counts where it lifts the value, unless the upper one, being lower still, takes over. */
function ofLow({ e, g, has, x: [x, low, high], y }: Context): Value {
  const lifted = e.less(x, low);
  return e.reshapeLike(e.total(e.gate(has(2) ? e.and(lifted, e.less(y, high)) : lifted, g)), low);
}

function ofHigh({ e, g, has, x: [x, low, high] }: Context): Value {
  const cut = e.greater(x, high);
  return e.reshapeLike(e.total(e.gate(has(1) ? e.or(cut, e.greater(low, high)) : cut, g)), high);
}

/** 1 / sqrt(2 pi) */
const GAUSS = 0.3989422804014327;

/** The slope of x * Phi(x): Phi + x * density. https://onnx.ai/onnx/operators/onnx__Gelu.html */
export function geluSlope(e: Emitter, x: Value, approximate: string): Value {
  if (approximate === 'tanh') {
    const inner = e.times(e.mul(x, e.plus(e.times(e.square(x), 0.044715), 1)), 2 * GAUSS);
    const t = e.tanh(inner);
    const slope = e.times(e.plus(e.times(e.square(x), 3 * 0.044715), 1), 2 * GAUSS);
    const curve = e.mul(e.mul(x, e.from(1, e.square(t))), slope);
    return e.times(e.plus(e.add(t, curve), 1), 0.5);
  }
  const phi = e.times(e.plus(e.erf(e.times(x, Math.SQRT1_2)), 1), 0.5);
  return e.add(phi, e.mul(x, e.times(e.exp(e.times(e.square(x), -0.5)), GAUSS)));
}

/** Activations: https://onnx.ai/onnx/operators/. Derivatives are told by the output where it tells them. */
export const activation: readonly Rule[] = [
  { op: 'Relu', vjp: ({ e, g, y }) => [() => e.gate(e.above(y, 0), g)] },
  {
    op: 'LeakyRelu',
    vjp: ({ e, node, g, x: [x], y }) => {
      const slope = node.float('alpha', 0.01);
      return [() => e.mul(g, leak(e, slope >= 0 ? y : x, slope))];
    },
  },
  {
    op: 'PRelu',
    broadcasts: true,
    vjp: ({ e, g, x: [x, slope] }) => [
      () => e.mul(g, e.add(e.indicator(e.above(x, 0)), e.mul(slope, e.indicator(e.not(e.above(x, 0)))))),
      () => e.gate(e.below(x, 0), e.mul(g, x)),
    ],
  },
  { op: 'Clip', vjp: (context) => [() => clip(context), () => ofLow(context), () => ofHigh(context)] },
  { op: 'Sigmoid', vjp: ({ e, g, y }) => [() => e.mul(g, e.mul(y, e.from(1, y)))] },
  {
    op: 'HardSigmoid',
    vjp: ({ e, node, g, y }) => [() => e.gate(e.within(y, 0, 1), e.times(g, node.float('alpha', 0.2)))],
  },
  {
    op: 'HardSwish',
    vjp: ({ e, g, x: [x] }) => [
      () => {
        const slope = e.plus(e.times(x, 1 / 3), 0.5);
        return e.mul(g, e.gate(e.not(e.below(x, -3)), e.select(e.above(x, 3), e.ones(x), slope)));
      },
    ],
  },
  { op: 'Tanh', vjp: ({ e, g, y }) => [() => e.mul(g, e.from(1, e.square(y)))] },
  {
    op: 'Elu',
    vjp: ({ e, node, g, x: [x], y }) => [
      () => e.mul(g, e.select(e.above(x, 0), e.ones(x), e.plus(y, node.float('alpha', 1)))),
    ],
  },
  {
    op: 'Selu',
    vjp: ({ e, node, g, x: [x], y }) => {
      const alpha = node.float('alpha', 1.6732632423543772);
      const gamma = node.float('gamma', 1.0507009873554805);
      return [() => e.mul(g, e.select(e.above(x, 0), e.times(e.ones(x), gamma), e.plus(y, alpha * gamma)))];
    },
  },
  {
    op: 'Celu',
    since: 12,
    vjp: ({ e, node, g, x: [x], y }) => [
      () => e.mul(g, e.select(e.above(x, 0), e.ones(x), e.plus(e.times(y, 1 / node.float('alpha', 1)), 1))),
    ],
  },
  {
    op: 'Shrink',
    since: 9,
    vjp: ({ e, node, g, x: [x] }) => {
      const limit = node.float('lambd', 0.5);
      return [() => e.gate(e.or(e.above(x, limit), e.below(x, -limit)), g)];
    },
  },
  {
    op: 'Swish',
    since: 24,
    vjp: ({ e, node, g, x: [x] }) => [
      () => {
        const scaled = e.times(x, node.float('alpha', 1));
        const s = e.sigmoid(scaled);
        return e.mul(g, e.mul(s, e.plus(e.mul(scaled, e.from(1, s)), 1)));
      },
    ],
  },
  { op: 'Softplus', vjp: ({ e, g, x: [x] }) => [() => e.mul(g, e.sigmoid(x))] },
  { op: 'Softsign', vjp: ({ e, g, x: [x] }) => [() => e.div(g, e.square(e.plus(e.abs(x), 1)))] },
  {
    op: 'ThresholdedRelu',
    since: 10,
    vjp: ({ e, node, g, x: [x] }) => [() => e.gate(e.above(x, node.float('alpha', 1)), g)],
  },
  {
    op: 'Gelu',
    since: 20,
    vjp: ({ e, node, g, x: [x] }) => [() => e.mul(g, geluSlope(e, x, node.string('approximate', 'none')))],
  },
  {
    op: 'Mish',
    since: 18,
    vjp: ({ e, g, x: [x] }) => [
      () => {
        const t = e.tanh(e.node('Softplus', [x]));
        return e.mul(g, e.add(t, e.mul(x, e.mul(e.sigmoid(x), e.from(1, e.square(t))))));
      },
    ],
  },
];
