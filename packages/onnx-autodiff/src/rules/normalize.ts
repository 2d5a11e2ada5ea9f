import type { Emitter } from '../emit/emitter.ts';
import type { Value } from '../emit/tape.ts';
import type { Context, InputGradient, Rule } from './rule.ts';

/** 1 / sqrt(variance + epsilon) along the channels. */
function inverseDeviation({ e, node, x, y }: Context): Value {
  const deviation = e.sqrt(e.plus(x[4], node.float('epsilon', 1e-5)));
  return e.alongAxis(e.reciprocal(deviation), 1, e.rank(y));
}

const allButChannels = (e: Emitter, y: Value): number[] =>
  Array.from({ length: e.rank(y) }, (_, axis) => axis).filter((axis) => axis !== 1);

/** The gradient in units of the input: g * scale / deviation. */
function perDeviation(context: Context): Value {
  const { e, g, x, y } = context;
  return e.mul(g, e.mul(e.alongAxis(x[1], 1, e.rank(y)), inverseDeviation(context)));
}

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

/** x over its deviation along some axes, and 1 / deviation; with the mean taken away first where `centres`. */
export function standardised(
  e: Emitter,
  x: Value,
  axes: readonly number[],
  epsilon: number,
  centres: boolean,
): readonly [normal: Value, inverse: Value] {
  const centred = centres ? e.sub(x, e.mean(x, axes)) : x;
  const inverse = e.reciprocal(e.sqrt(e.plus(e.mean(e.square(centred), axes), epsilon)));
  return [e.mul(centred, inverse), inverse];
}

/** From the gradient `h` of the standardised values to that of the values. */
export function throughStandardised(
  e: Emitter,
  h: Value,
  [normal, inverse]: readonly [Value, Value],
  axes: readonly number[],
  centres: boolean,
): Value {
  const crossed = e.mul(normal, e.mean(e.mul(h, normal), axes));
  return e.mul(inverse, e.sub(centres ? e.sub(h, e.mean(h, axes)) : h, crossed));
}

/** What the statistics give to the values: the mean its share, the inverse deviation d inverse / dx = -inverse^2 * normal / count. */
function throughStatistics(
  e: Emitter,
  [ofMean, ofInverse]: readonly [Value | undefined, Value | undefined],
  [normal, inverse]: readonly [Value, Value],
  x: Value,
  axes: readonly number[],
): readonly Value[] {
  return [
    ...(ofMean ? [e.spread(ofMean, x, axes, true)] : []),
    ...(ofInverse ? [e.neg(e.mul(e.spread(e.mul(ofInverse, e.square(inverse)), x, axes, true), normal))] : []),
  ];
}

/** Over the axes from `axis` to the last. https://onnx.ai/onnx/operators/onnx__LayerNormalization.html, onnx__RMSNormalization.html */
function overLastAxes(op: string, since: number, centres: boolean): Rule {
  return {
    op,
    since,
    vjp: (context): readonly InputGradient[] => {
      const { e, node, x, gs } = context;
      const rank = e.rank(x[0]);
      const first = e.axis(x[0], node.int('axis', -1));
      const axes = Array.from({ length: rank - first }, (_, i) => first + i);
      const parts = standardised(e, x[0], axes, node.float('epsilon', 1e-5), centres);
      const [g] = gs;
      const statistics = centres ? ([gs[1], gs[2]] as const) : ([undefined, gs[1]] as const);
      return [
        () => {
          const through = g ? [throughStandardised(e, e.mul(g, x[1]), parts, axes, centres)] : [];
          const [head, ...rest] = [...through, ...throughStatistics(e, statistics, parts, x[0], axes)];
          return rest.reduce((sum, part) => e.add(sum, part), head as Value);
        },
        () => (g ? e.unbroadcast(e.mul(g, parts[0]), x[0], x[1]) : e.zerosOf(x[1])),
        () => (g ? e.unbroadcast(g, x[0], x[2]) : e.zerosOf(x[2])),
      ];
    },
  };
}

/** Every sample and channel by itself. https://onnx.ai/onnx/operators/onnx__InstanceNormalization.html */
const instanceNormalization: Rule = {
  op: 'InstanceNormalization',
  vjp: ({ e, node, g, x }) => {
    const rank = e.rank(x[0]);
    const axes = allButChannels(e, x[0]).slice(1);
    const parts = standardised(e, x[0], axes, node.float('epsilon', 1e-5), true);
    return [
      () => throughStandardised(e, e.mul(g, e.alongAxis(x[1], 1, rank)), parts, axes, true),
      () => e.sum(e.mul(g, parts[0]), allButChannels(e, x[0]), false),
      () => e.sum(g, allButChannels(e, x[0]), false),
    ];
  },
};

/** Groups of channels; scale and bias are per group before opset 21, then per channel. https://onnx.ai/onnx/operators/onnx__GroupNormalization.html */
const groupNormalization: Rule = {
  op: 'GroupNormalization',
  since: 18,
  vjp: ({ e, node, opset, g, x }) => {
    const groups = node.int('num_groups', 1);
    const grouped = (a: Value): Value => e.reshape(a, [0, groups, -1]);
    const parts = standardised(e, grouped(x[0]), [2], node.float('epsilon', 1e-5), true);
    const rank = e.rank(x[0]);
    const perGroup = opset < 21;
    const normal = (): Value => (perGroup ? parts[0] : e.reshapeLike(parts[0], x[0]));
    const parameter = (a: Value): Value => e.sum(a, perGroup ? [0, 2] : allButChannels(e, x[0]), false);
    const upstream = perGroup ? grouped(g) : g;
    return [
      () => {
        const scaled = perGroup
          ? e.mul(upstream, e.alongAxis(x[1], 1, 3))
          : grouped(e.mul(g, e.alongAxis(x[1], 1, rank)));
        return e.reshapeLike(throughStandardised(e, scaled, parts, [2], true), x[0]);
      },
      () => parameter(e.mul(upstream, normal())),
      () => parameter(upstream),
    ];
  },
};

/** Without parameters; the epsilon is ONNX Runtime's. https://onnx.ai/onnx/operators/onnx__MeanVarianceNormalization.html */
const meanVariance: Rule = {
  op: 'MeanVarianceNormalization',
  since: 9,
  vjp: ({ e, node, g, x: [x] }) => {
    const axes = (node.ints('axes') ?? [0, 2, 3]).map((axis) => e.axis(x, axis));
    return [() => throughStandardised(e, g, standardised(e, x, axes, 1e-9, true), axes, true)];
  },
};

/** x / ||x||; where the norm is zero the gradient is zero. https://onnx.ai/onnx/operators/onnx__LpNormalization.html */
const lpNormalization: Rule = {
  op: 'LpNormalization',
  vjp: ({ e, node, g, x: [x], y }) => [
    () => {
      const axes = [e.axis(x, node.int('axis', -1))];
      const manhattan = node.int('p', 2) === 1;
      const norm = manhattan ? e.sum(e.abs(x), axes) : e.sqrt(e.sum(e.square(x), axes));
      const direction = manhattan ? e.sign(x) : y;
      const change = e.sub(g, e.mul(direction, e.sum(e.mul(g, y), axes)));
      return e.gate(e.above(norm, 0), e.div(change, norm));
    },
  ],
};

/** Normalisations: https://onnx.ai/onnx/operators/onnx__BatchNormalization.html and its neighbours. */
export const normalize: readonly Rule[] = [
  {
    op: 'BatchNormalization',
    note: 'in inference mode',
    check: (node) => {
      if (node.int('training_mode', 0) === 1)
        return 'it is in training mode, where samples of a batch depend on each other; export the model for inference';
      // before opset 14, reading the statistics of the batch is what training mode was
      if ((node.opset ?? 1) < 14 && node.outputs.slice(1).some(Boolean))
        return 'it gives out running statistics, as in training mode; export the model for inference';
      return node.int('spatial', 1) === 0 ? 'statistics per position (spatial = 0) have no rule' : undefined;
    },
    vjp: (context) => {
      const { e, g, x, y } = context;
      const centred = (): Value => e.mul(e.sub(x[0], e.alongAxis(x[3], 1, e.rank(y))), inverseDeviation(context));
      return [
        () => perDeviation(context),
        () => e.sum(e.mul(g, centred()), allButChannels(e, y), false),
        () => e.sum(g, allButChannels(e, y), false),
        () => e.neg(e.sum(perDeviation(context), allButChannels(e, y), false)),
        () =>
          e.times(
            e.sum(
              e.mul(perDeviation(context), e.mul(centred(), inverseDeviation(context))),
              allButChannels(e, y),
              false,
            ),
            -0.5,
          ),
      ];
    },
  },
  instanceNormalization,
  groupNormalization,
  // the standard operator since 17; ONNX Runtime writes it, with the same meaning, into files of any opset
  overLastAxes('LayerNormalization', 1, true),
  overLastAxes('RMSNormalization', 23, false),
  overLastAxes('SimplifiedLayerNormalization', 1, false),
  meanVariance,
  lpNormalization,
  { op: 'LRN', vjp: (context) => [() => localResponse(context)] },
];
