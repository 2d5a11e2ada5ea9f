import { array64, broadcast, indices, map, offset } from '../arrays.ts';
import type { Array64, Case, Reference } from '../case.ts';

const microsoft = 'com.microsoft';

/** Abramowitz and Stegun's series of the error function, to float64. */
function erf(x: number): number {
  let sum = 0;
  let term = x;
  for (let n = 0; n < 60; n++) {
    sum += term / (2 * n + 1);
    term *= -(x * x) / (n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const gelu = (x: number): number => (x / 2) * (1 + erf(x / Math.SQRT2));
const fastGelu = (x: number): number => (x / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** [M, K] x [K, N] + C, then the activation. */
const dense =
  (activation: (x: number) => number): Reference =>
  ([a, b, c]) => {
    const [m = 0, k = 0] = (a as Array64).dims;
    const [, n = 0] = (b as Array64).dims;
    const y = array64([m, n]);
    for (const [i = 0, j = 0] of indices([m, n])) {
      let sum = (c as Array64).data[j] as number;
      for (let inner = 0; inner < k; inner++)
        sum += ((a as Array64).data[i * k + inner] as number) * ((b as Array64).data[inner * n + j] as number);
      y.data[i * n + j] = activation(sum);
    }
    return y;
  };

/** A 1 x 1 convolution with bias, plus a tensor, then the activation. */
const pointwise =
  (activation: (x: number) => number): Reference =>
  ([x, w, b, z]) => {
    const [n = 0, channels = 0, ...space] = (x as Array64).dims;
    const [filters = 0] = (w as Array64).dims;
    const dims = [n, filters, ...space];
    const y = array64(dims);
    let i = 0;
    for (const [sample = 0, filter = 0, ...at] of indices(dims)) {
      let sum = ((b as Array64).data[filter] as number) + (z?.data[i] ?? 0);
      for (let c = 0; c < channels; c++)
        sum +=
          ((w as Array64).data[filter * channels + c] as number) *
          ((x as Array64).data[offset([sample, c, ...at], (x as Array64).dims)] as number);
      y.data[i++] = activation(sum);
    }
    return y;
  };

const fixedFilters = { dims: [4, 3, 1, 1], fixed: true };
const activations: readonly (readonly [name: string, parameters: readonly number[], f: (x: number) => number])[] = [
  ['Sigmoid', [], logistic],
  ['Tanh', [], Math.tanh],
  ['LeakyRelu', [0.3], (x) => (x > 0 ? x : 0.3 * x)],
  ['Clip', [-0.5, 1], (x) => Math.min(1, Math.max(-0.5, x))],
  ['HardSigmoid', [0.3, 0.4], (x) => Math.min(1, Math.max(0, 0.3 * x + 0.4))],
  ['Relu', [], (x) => Math.max(x, 0)],
];

/** Normalised over the last axis: the sum of the operands before, scale and shift. */
const skipNorm =
  (centres: boolean): Reference =>
  (inputs) => {
    const [x, skip, gamma] = inputs as [Array64, Array64, Array64];
    const [beta, bias] = centres ? [inputs[3], inputs[4]] : [undefined, inputs[3]];
    const width = x.dims.at(-1) as number;
    const sum = array64(x.dims);
    const y = array64(x.dims);
    for (let i = 0; i < sum.data.length; i++)
      sum.data[i] = (x.data[i] as number) + (skip.data[i % skip.data.length] as number) + (bias?.data[i % width] ?? 0);
    for (let row = 0; row < sum.data.length; row += width) {
      const values = sum.data.subarray(row, row + width);
      const mean = centres ? values.reduce((a, b) => a + b, 0) / width : 0;
      const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / width;
      values.forEach((value, i) => {
        y.data[row + i] =
          ((value - mean) / Math.sqrt(variance + 0.01)) * (gamma.data[i] as number) + (beta?.data[i] ?? 0);
      });
    }
    return [y, array64([0]), array64([0]), sum];
  };

const turned = (m: number, n: number, turn: boolean): readonly number[] => (turn ? [n, m] : [m, n]);

export const contrib: readonly Case[] = [
  ...activations.map(
    ([activation, parameters, f]): Case => ({
      op: 'FusedConv',
      domain: microsoft,
      about: activation,
      inputs: [[2, 3, 4, 3], fixedFilters, [4], [2, 4, 4, 3]],
      attributes: { activation, activation_params: { floats: parameters }, kernel_shape: [1, 1] },
      reference: pointwise(f),
    }),
  ),
  {
    op: 'FusedConv',
    domain: microsoft,
    about: 'without an activation, strided, in groups',
    inputs: [[2, 4, 9, 7], { dims: [6, 2, 3, 3], fixed: true }, [6]],
    attributes: { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 0, 1, 1], group: 2 },
    reference: 'linear',
  },
  ...(
    [
      ['Sigmoid', {}, logistic],
      ['LeakyRelu', { activation_alpha: { float: 0.3 } }, (x) => (x > 0 ? x : 0.3 * x)],
      ['Elu', { activation_alpha: { float: 0.7 } }, (x) => (x > 0 ? x : 0.7 * Math.expm1(x))],
      ['Softplus', {}, (x) => Math.log1p(Math.exp(x))],
      ['Softsign', {}, (x) => x / (1 + Math.abs(x))],
      [
        'Selu',
        { activation_alpha: { float: 1.2 }, activation_gamma: { float: 1.1 } },
        (x) => 1.1 * (x > 0 ? x : 1.2 * Math.expm1(x)),
      ],
      ['ThresholdedRelu', { activation_alpha: { float: 0.5 } }, (x) => (x > 0.5 ? x : 0)],
    ] as readonly (readonly [string, Record<string, { float: number }>, (x: number) => number])[]
  ).map(
    ([activation, parameters, f]): Case => ({
      op: 'FusedGemm',
      domain: microsoft,
      about: activation,
      since: 9,
      inputs: [[3, 4], [4, 5], [5]],
      attributes: { activation, ...parameters },
      reference: dense(f),
    }),
  ),
  ...[false, true].flatMap((a) =>
    [false, true].map(
      (b): Case => ({
        op: 'FusedMatMul',
        domain: microsoft,
        about: `transA ${a}, transB ${b}`,
        inputs: [
          [2, ...turned(3, 4, a)],
          [5, 2, ...turned(4, 6, b)],
        ],
        attributes: { transA: a ? 1 : 0, transB: b ? 1 : 0, alpha: { float: 0.5 } },
        reference: 'linear',
      }),
    ),
  ),
  ...[false, true].map(
    (b): Case => ({
      op: 'FusedMatMul',
      domain: microsoft,
      about: `batches turned, transB ${b}`,
      inputs: [[3, 2, 5, 4], b ? [6, 2, 5, 4] : [4, 2, 5, 6]],
      attributes: { transBatchA: 1, transBatchB: 1, transB: b ? 1 : 0 },
      reference: 'linear',
    }),
  ),
  { op: 'Gelu', domain: microsoft, since: 9, inputs: [[2, 9]], reference: map(gelu) },
  {
    op: 'BiasGelu',
    domain: microsoft,
    since: 9,
    inputs: [[2, 3, 9], [9]],
    reference: broadcast((x, b) => gelu(x + (b ?? 0))),
  },
  { op: 'FastGelu', domain: microsoft, inputs: [[2, 9]], reference: map(fastGelu) },
  {
    op: 'FastGelu',
    domain: microsoft,
    about: 'with a bias',
    inputs: [[2, 3, 9], [9]],
    reference: broadcast((x, b) => fastGelu((x as number) + (b as number))),
  },
  {
    op: 'QuickGelu',
    domain: microsoft,
    inputs: [[2, 9]],
    attributes: { alpha: { float: 1.5 } },
    reference: map((x) => x * logistic(1.5 * x)),
  },
  {
    op: 'SkipLayerNormalization',
    domain: microsoft,
    inputs: [[2, 3, 6], [2, 3, 6], [6], [6], [6]],
    outputs: [true, false, false, true],
    attributes: { epsilon: { float: 0.01 } },
    reference: skipNorm(true),
  },
  {
    op: 'SkipSimplifiedLayerNormalization',
    domain: microsoft,
    inputs: [[2, 3, 6], [2, 3, 6], [6], [6]],
    outputs: [true, false, false, true],
    attributes: { epsilon: { float: 0.01 } },
    reference: skipNorm(false),
  },
];
