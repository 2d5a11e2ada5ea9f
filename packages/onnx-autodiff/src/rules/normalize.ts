import type { Emitter } from '../emit/emitter.ts';
import type { Value } from '../emit/tape.ts';
import type { Context, Rule } from './rule.ts';

/** 1 / sqrt(variance + epsilon) along the channels. */
function inverseDeviation({ e, node, x, y }: Context): Value {
  const deviation = e.sqrt(e.plus(x[4], node.float('epsilon', 1e-5)));
  return e.alongAxis(e.reciprocal(deviation), 1, e.rank(y));
}

const allButChannels = (e: Emitter, y: Value): number[] =>
  Array.from({ length: e.rank(y) }, (_, axis) => axis).filter((axis) => axis !== 1);

/** Sum over a window of channels that reaches `begin` before and `end` behind each: one-channel convolution over the channel axis. */
function channelWindow(e: Emitter, a: Value, channels: number, begin: number, end: number, like: Value): Value {
  const size = begin + end + 1;
  const columns = e.reshape(a, [0, 1, channels, -1]);
  const ones = e.floats(new Array<number>(size).fill(1), [1, 1, size, 1]);
  const sums = e.conv(columns, ones, {
    kernel_shape: [size, 1],
    strides: [1, 1],
    dilations: [1, 1],
    pads: [begin, 0, end, 0],
  });
  return e.reshapeLike(sums, like);
}

/** d/dx of x * S^-beta with S = bias + alpha / size * sum of x^2 over the window. */
function localResponse({ e, node, g, x: [x], y }: Context): Value {
  const size = node.int('size', 1);
  const alpha = node.float('alpha', 1e-4) / size;
  const beta = node.float('beta', 0.75);
  const begin = Math.floor((size - 1) / 2);
  const end = Math.ceil((size - 1) / 2);
  const channels = e.size(x, 1);
  const total = e.plus(e.times(channelWindow(e, e.square(x), channels, begin, end, x), alpha), node.float('bias', 1));
  const direct = e.mul(g, e.pow(total, e.scalar(-beta)));
  const crossed = channelWindow(e, e.div(e.mul(g, y), total), channels, end, begin, x);
  return e.sub(direct, e.times(e.mul(x, crossed), 2 * alpha * beta));
}

/** Normalisations: https://onnx.ai/onnx/operators/onnx__BatchNormalization.html and its neighbours. */
export const normalize: readonly Rule[] = [
  {
    op: 'BatchNormalization',
    check: (node) => {
      if (node.int('training_mode', 0) === 1)
        return 'it is in training mode, where samples of a batch depend on each other; export the model for inference';
      return node.int('spatial', 1) === 0 ? 'statistics per position (spatial = 0) have no rule' : undefined;
    },
    vjp: (context) => {
      const { e, g, x, y } = context;
      const centred = (): Value => e.mul(e.sub(x[0], e.alongAxis(x[3], 1, e.rank(y))), inverseDeviation(context));
      return [
        () => e.mul(g, e.mul(e.alongAxis(x[1], 1, e.rank(y)), inverseDeviation(context))),
        () => e.sum(e.mul(g, centred()), allButChannels(e, y), false),
        () => e.sum(g, allButChannels(e, y), false),
        { missing: 'the running mean is a statistic, not a parameter' },
        { missing: 'the running variance is a statistic, not a parameter' },
      ];
    },
  },
  { op: 'LRN', vjp: (context) => [() => localResponse(context)] },
];
