import { broadcast, map } from '../arrays.ts';
import type { Case } from '../case.ts';

const clamp = (low: number, high: number) => (x: number) => Math.min(Math.max(x, low), high);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.log1p(Math.exp(x));

/** The error function by its series, to float64 precision for the small arguments of the cases. */
function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 120; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

export const activation: readonly Case[] = [
  { op: 'Relu', inputs: [{ dims: [2, 3, 4], kinks: [0] }], reference: map((x) => Math.max(x, 0)) },
  {
    op: 'Relu',
    about: 'float16',
    since: 16,
    inputs: [{ dims: [2, 3, 4], kinks: [0], type: 'float16' }],
    reference: map((x) => Math.max(x, 0)),
  },
  {
    op: 'LeakyRelu',
    inputs: [{ dims: [2, 3, 4], kinks: [0] }],
    attributes: { alpha: { float: 0.25 } },
    reference: map((x) => (x > 0 ? x : 0.25 * x)),
  },
  {
    op: 'LeakyRelu',
    about: 'negative slope',
    inputs: [{ dims: [2, 3, 4], kinks: [0] }],
    attributes: { alpha: { float: -0.25 } },
    reference: map((x) => (x > 0 ? x : -0.25 * x)),
  },
  {
    op: 'PRelu',
    inputs: [{ dims: [2, 3, 4, 4], kinks: [0] }, [3, 1, 1]],
    reference: broadcast((x, slope) => (x > 0 ? x : slope * x)),
  },
  {
    op: 'Clip',
    about: 'attributes',
    until: 10,
    inputs: [{ dims: [4, 9], kinks: [-0.5, 0.75] }],
    attributes: { min: { float: -0.5 }, max: { float: 0.75 } },
    reference: map(clamp(-0.5, 0.75)),
  },
  {
    op: 'Clip',
    about: 'one attribute',
    until: 10,
    inputs: [{ dims: [4, 9], kinks: [0] }],
    attributes: { min: { float: 0 } },
    reference: map((x) => Math.max(x, 0)),
  },
  {
    op: 'Clip',
    about: 'constant limits',
    since: 11,
    inputs: [
      { dims: [4, 9], kinks: [-0.5, 0.75] },
      { dims: [], values: [-0.5], constant: true },
      { dims: [], values: [0.75], constant: true },
    ],
    reference: map(clamp(-0.5, 0.75)),
  },
  {
    op: 'Clip',
    about: 'limits fed at run time',
    since: 11,
    inputs: [
      { dims: [4, 9], kinks: [-0.5, 0.75] },
      { dims: [], values: [-0.5], fixed: true },
      { dims: [], values: [0.75], fixed: true },
    ],
    reference: map(clamp(-0.5, 0.75)),
  },
  {
    op: 'Clip',
    about: 'upper limit only',
    since: 11,
    inputs: [
      { dims: [4, 9], kinks: [0.75] },
      { dims: [], absent: true },
      { dims: [], values: [0.75], constant: true },
    ],
    reference: map((x) => Math.min(x, 0.75)),
  },
  { op: 'Sigmoid', inputs: [[2, 3, 4]], reference: map(sigmoid) },
  {
    op: 'HardSigmoid',
    inputs: [{ dims: [4, 9], range: [-4, 4], kinks: [-2.5, 2.5] }],
    reference: map((x) => clamp(0, 1)(0.2 * x + 0.5)),
  },
  {
    op: 'HardSwish',
    since: 14,
    inputs: [{ dims: [4, 9], range: [-5, 5], kinks: [-3, 3] }],
    reference: map((x) => x * clamp(0, 1)(x / 6 + 0.5)),
  },
  { op: 'Tanh', inputs: [[2, 3, 4]], reference: map(Math.tanh) },
  {
    op: 'Elu',
    inputs: [{ dims: [2, 9], kinks: [0] }],
    attributes: { alpha: { float: 1.5 } },
    reference: map((x) => (x > 0 ? x : 1.5 * Math.expm1(x))),
  },
  {
    op: 'Selu',
    inputs: [{ dims: [2, 9], kinks: [0] }],
    reference: map((x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))),
  },
  { op: 'Softplus', inputs: [[2, 9]], reference: map(softplus) },
  { op: 'Softsign', inputs: [[2, 9]], reference: map((x) => x / (1 + Math.abs(x))) },
  {
    op: 'ThresholdedRelu',
    inputs: [{ dims: [2, 9], kinks: [0.5] }],
    attributes: { alpha: { float: 0.5 } },
    reference: map((x) => (x > 0.5 ? x : 0)),
  },
  { op: 'Gelu', inputs: [[2, 9]], reference: map((x) => 0.5 * x * (1 + erf(x / Math.SQRT2))) },
  {
    op: 'Gelu',
    about: 'by tanh',
    inputs: [[2, 9]],
    attributes: { approximate: 'tanh' },
    reference: map((x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))),
  },
  { op: 'Mish', inputs: [[2, 9]], reference: map((x) => x * Math.tanh(softplus(x))) },
  { op: 'Erf', inputs: [[2, 9]], reference: map(erf) },
  {
    op: 'Celu',
    inputs: [{ dims: [2, 9], kinks: [0] }],
    attributes: { alpha: { float: 1.5 } },
    reference: map((x) => (x > 0 ? x : 1.5 * Math.expm1(x / 1.5))),
  },
  {
    op: 'Shrink',
    inputs: [{ dims: [2, 9], kinks: [-0.4, 0.4] }],
    attributes: { lambd: { float: 0.4 }, bias: { float: 0.3 } },
    reference: map((x) => (x < -0.4 ? x + 0.3 : x > 0.4 ? x - 0.3 : 0)),
  },
  {
    op: 'Swish',
    until: 24, // later the runtime finds neither a kernel nor the function
    inputs: [[2, 9]],
    attributes: { alpha: { float: 1.5 } },
    reference: map((x) => x * sigmoid(1.5 * x)),
  },
  ...[
    [-0.5, 0.75],
    [0.75, -0.5],
  ].map(
    ([low = 0, high = 0]): Case => ({
      op: 'Clip',
      about: `its limits, ${low} and ${high}`,
      since: 12,
      inputs: [
        { dims: [4, 9], kinks: [-0.5, 0.75] },
        { dims: [], values: [low] },
        { dims: [], values: [high] },
      ],
      reference: broadcast((x, a, b) => Math.min(Math.max(x, a), b)),
    }),
  ),
];
