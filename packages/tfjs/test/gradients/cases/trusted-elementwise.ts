import {
  abs,
  add,
  addN,
  atan2,
  clipByValue,
  div,
  elu,
  erf,
  exp,
  expm1,
  floor,
  leakyRelu,
  log,
  log1p,
  maximum,
  minimum,
  mod,
  mul,
  neg,
  pow,
  prelu,
  reciprocal,
  relu,
  relu6,
  rsqrt,
  selu,
  sigmoid,
  softplus,
  sqrt,
  square,
  squaredDifference,
  sub,
  type Tensor,
  tanh,
} from '@tensorflow/tfjs-core';
import { type Case, constant, linear, normal } from '../case.ts';

type Slope = (x: number, i: number) => number;

const SIZE = 24;
const other = normal(7, SIZE);
const positive = [...normal(3, SIZE)].map((value) => Math.abs(value) + 0.2);

/** An operator on each element alone, with its derivative. */
const elementwise = (
  kernel: string,
  run: (x: Tensor) => Tensor,
  slope: Slope,
  values?: readonly number[],
  about = 'element by element',
): Case => ({
  rule: kernel,
  about,
  inputs: [[2, 3, 4]],
  ...(values ? { values } : {}),
  run,
  expected: (x, dy) => Float64Array.from(x, (value, i) => slope(value, i) * (dy[i] as number)),
  wrong: [],
});

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const c = (): Tensor => constant([2, 3, 4]);
const at = (i: number): number => other[i] as number;
const SELU = [1.7580993408473766, 1.0507009873554805] as const;

const unary: readonly Case[] = [
  elementwise('Abs', abs, Math.sign),
  elementwise('Exp', exp, Math.exp),
  elementwise('Expm1', expm1, Math.exp),
  elementwise('Log', log, (x) => 1 / x, positive),
  elementwise('Log1p', log1p, (x) => 1 / (1 + x), positive),
  elementwise('Sqrt', sqrt, (x) => 0.5 / Math.sqrt(x), positive),
  elementwise('Rsqrt', rsqrt, (x) => -0.5 * x ** -1.5, positive),
  elementwise('Square', square, (x) => 2 * x),
  elementwise('Reciprocal', reciprocal, (x) => -1 / x ** 2, positive),
  elementwise('Relu', relu, (x) => (x > 0 ? 1 : 0)),
  elementwise(
    'Relu6',
    (x) => relu6(mul(x, 6)),
    (x) => (x > 0 && x < 1 ? 6 : 0),
  ),
  elementwise(
    'LeakyRelu',
    (x) => leakyRelu(x, 0.3),
    (x) => (x > 0 ? 1 : 0.3),
  ),
  elementwise('Elu', elu, (x) => (x > 0 ? 1 : Math.exp(x))),
  elementwise('Selu', selu, (x) => (x > 0 ? SELU[1] : SELU[0] * Math.exp(x))),
  elementwise('Sigmoid', sigmoid, (x) => logistic(x) * logistic(-x)),
  elementwise('Tanh', tanh, (x) => 1 - Math.tanh(x) ** 2),
  elementwise('Softplus', softplus, logistic),
  elementwise('Erf', erf, (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x)),
  elementwise(
    'ClipByValue',
    (x) => clipByValue(x, -0.5, 0.7),
    (x) => (x > -0.5 && x < 0.7 ? 1 : 0),
  ),
  elementwise('Neg', neg, () => -1),
  elementwise(
    'Floor',
    (x) => add(x, floor(x)),
    () => 1,
  ),
  elementwise(
    'Mod',
    (x) => mod(x, 0.75),
    () => 1,
  ),
  elementwise(
    'AddN',
    (x) => addN([x, x, c()]),
    () => 2,
  ),
  elementwise(
    'Pow',
    (x) => pow(x, 3),
    (x) => 3 * x * x,
  ),
];

const binary: readonly Case[] = [
  elementwise(
    'Add',
    (x) => add(x, c()),
    () => 1,
  ),
  elementwise(
    'Sub',
    (x) => sub(c(), x),
    () => -1,
    undefined,
    'subtrahend',
  ),
  elementwise(
    'Multiply',
    (x) => mul(x, c()),
    (_, i) => at(i),
  ),
  elementwise(
    'Multiply',
    (x) => mul(x, x),
    (x) => 2 * x,
    undefined,
    'of a value with itself',
  ),
  elementwise(
    'RealDiv',
    (x) => div(x, c()),
    (_, i) => 1 / at(i),
  ),
  elementwise(
    'RealDiv',
    (x) => div(c(), x),
    (x, i) => -at(i) / x ** 2,
    positive,
    'divisor',
  ),
  elementwise(
    'Maximum',
    (x) => maximum(x, c()),
    (x, i) => (x > at(i) ? 1 : 0),
  ),
  elementwise(
    'Minimum',
    (x) => minimum(c(), x),
    (x, i) => (x < at(i) ? 1 : 0),
  ),
  elementwise(
    'SquaredDifference',
    (x) => squaredDifference(c(), x),
    (x, i) => 2 * (x - at(i)),
  ),
  elementwise(
    'Atan2',
    (x) => atan2(x, c()),
    (x, i) => at(i) / (x * x + at(i) ** 2),
  ),
  elementwise(
    'Prelu',
    (x) => prelu(x, constant([4])),
    (x, i) => (x > 0 ? 1 : at(i % 4)),
  ),
  linear('Add', 'broadcast', [[3, 1]], (x) => add(x, constant([2, 3, 4]))),
  linear('Multiply', 'broadcast, with respect to both', [[2, 3, 4], [4]], (a, b) => mul(a as Tensor, b as Tensor)),
];

/** Element-wise operators, which the pack leaves to tfjs because it is right. */
export const trustedElementwise: readonly Case[] = [...unary, ...binary];
