import {
  cast,
  einsum,
  equal,
  floorDiv,
  gather,
  gatherND,
  greater,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  max,
  min,
  mul,
  neg,
  notEqual,
  prod,
  scalar,
  type Tensor,
  tensor1d,
  tensor2d,
  where,
} from '@tensorflow/tfjs-core';
import { type Case, constant } from '../case.ts';

const TIES = [2, 2, 1, 0, 0, 3, -1, -1, -1, 4, 5, 5];

/** The gradient of an extremum over rows of `length` values, ties sharing it. */
const shared =
  (length: number, better: (...values: number[]) => number): NonNullable<Case['expected']> =>
  (x, dy) =>
    Float64Array.from(x, (value, i) => {
      const start = i - (i % length);
      const row = Array.from({ length }, (_, j) => x[start + j] as number);
      const chosen = row.filter((other) => other === better(...row)).length;
      return value === better(...row) ? (dy[start / length] as number) / chosen : 0;
    });

/** Doubles where the condition holds, negates elsewhere: its slope is 2 or -1. */
const branch =
  (condition: (x: Tensor) => Tensor): Case['run'] =>
  (x) =>
    where(condition(x), mul(x, 2), neg(x));
const slope =
  (holds: (x: number) => boolean): NonNullable<Case['expected']> =>
  (x, dy) =>
    Float64Array.from(x, (value, i) => (holds(value) ? 2 : -1) * (dy[i] as number));

const conditions: readonly (readonly [string, (x: Tensor) => Tensor, (x: number) => boolean])[] = [
  ['Greater', (x) => greater(x, 0.3), (x) => x > 0.3],
  ['Less', (x) => less(x, 0.3), (x) => x < 0.3],
  ['LessEqual', (x) => lessEqual(x, 0.3), (x) => x <= 0.3],
  ['Equal', (x) => equal(x, 0.5), (x) => x === 0.5],
  ['NotEqual', (x) => notEqual(x, 0.5), (x) => x !== 0.5],
  ['LogicalAnd', (x) => logicalAnd(greater(x, -1), less(x, 1)), (x) => x > -1 && x < 1],
  ['LogicalOr', (x) => logicalOr(less(x, -1), greater(x, 1)), (x) => x < -1 || x > 1],
  ['LogicalNot', (x) => logicalNot(greater(x, 0)), (x) => !(x > 0)],
];

export const selections: readonly Case[] = [
  ...conditions.map(
    ([rule, condition, holds]): Case => ({
      rule,
      about: 'as a condition of where',
      inputs: [[3, 4]],
      values: [0.5, -0.2, 1.4, 0.1, -1.7, 0.5, 2.2, -0.9, 0.7, -0.4, 0.25, -2],
      run: branch(condition),
      expected: slope(holds),
    }),
  ),
  {
    rule: 'Cast',
    about: 'to integers and back',
    inputs: [[3, 4]],
    run: (x) => mul(x, cast(cast(mul(x, 3), 'int32'), 'float32')),
    expected: (x, dy) => Float64Array.from(x, (value, i) => Math.trunc(Math.fround(value * 3)) * (dy[i] as number)),
  },
  {
    rule: 'FloorDiv',
    about: 'a rounded quotient as a factor',
    inputs: [[2, 4]],
    // webgl rounds both to integers first
    values: [0.5, -0.75, 1.25, 2, -1.5, 0.25, 3.75, -2.25],
    run: (x) => mul(x, floorDiv(mul(x, 4), scalar(3))),
    expected: (x, dy) => Float64Array.from(x, (value, i) => Math.floor((value * 4) / 3) * (dy[i] as number)),
  },
  {
    rule: 'Prod',
    about: 'over the first and the last axis, with a zero',
    inputs: [[2, 3, 2]],
    values: [1.5, -2, 0, 3, 0.5, 1, 2, -1, 4, 1.25, 0.75, -3],
    run: (x) => prod(x, [0, 2]),
    expected: (x, dy) =>
      Float64Array.from(x, (_, i) => {
        const row = Math.floor(i / 2) % 3;
        const others = [0, 1, 6, 7].map((at) => at + 2 * row).filter((at) => at !== i);
        return others.reduce((all, at) => all * (x[at] as number), dy[row] as number);
      }),
  },
  {
    rule: 'Prod',
    about: 'of everything',
    inputs: [[2, 3]],
    run: (x) => prod(x),
    expected: (x, dys) =>
      Float64Array.from(x, (_, i) =>
        Array.from(x).reduce((all, value, j) => (j === i ? all : all * value), dys[0] as number),
      ),
  },
  {
    rule: 'Max',
    about: 'ties over the last axis',
    inputs: [[4, 3]],
    values: TIES,
    run: (x) => max(x, 1),
    expected: shared(3, Math.max),
  },
  {
    rule: 'Max',
    about: 'ties over two axes that are kept',
    inputs: [[2, 3, 2]],
    values: TIES,
    run: (x) => max(x, [1, 2], true),
    expected: shared(6, Math.max),
  },
  {
    rule: 'Max',
    about: 'of everything',
    inputs: [[2, 3, 2]],
    values: TIES,
    run: (x) => max(x),
    expected: shared(12, Math.max),
  },
  {
    rule: 'Min',
    about: 'ties over the last axis',
    inputs: [[4, 3]],
    values: TIES,
    run: (x) => min(x, -1),
    expected: shared(3, Math.min),
  },
  {
    rule: 'GatherV2',
    about: 'channels, one of them twice',
    inputs: [[2, 3, 4]],
    run: (x) => gather(x, tensor1d([2, 0, 2], 'int32'), 2),
    wrong: ['wasm'],
  },
  {
    rule: 'GatherV2',
    about: 'rows by a table of indices',
    inputs: [[2, 5, 3]],
    run: (x) => gather(x, tensor2d([[4, 1, 1]], [1, 3], 'int32'), 1),
    wrong: ['wasm'],
  },
  {
    rule: 'GatherV2',
    about: 'each sample its own rows',
    inputs: [[2, 3, 5, 2]],
    run: (x) => gather(x, tensor2d([4, 1, 0, 3, 3, 2], [2, 3], 'int32'), 2, 1),
    // the forward pass of wasm takes the wrong rows for every sample but the first
    runs: ['cpu', 'webgl', 'webgpu'],
  },
  {
    rule: 'GatherNd',
    about: 'cells, one of them twice',
    inputs: [[3, 4, 2]],
    run: (x) => gatherND(x, tensor2d([2, 1, 0, 3, 2, 1], [3, 2], 'int32')),
  },
  {
    rule: 'Einsum',
    about: 'a product, with respect to both operands',
    inputs: [
      [2, 3, 4],
      [4, 5],
    ],
    run: (a, b) => einsum('abc,cd->abd', a as Tensor, b as Tensor),
    runs: ['cpu', 'webgl', 'webgpu'],
  },
  {
    rule: 'Einsum',
    about: 'a label of the other operand summed away',
    inputs: [[2, 3]],
    run: (x) => einsum('ab,cb->a', x, constant([4, 3])),
    runs: ['cpu', 'webgl', 'webgpu'],
  },
  {
    rule: 'Einsum',
    about: 'a label of its own summed away',
    inputs: [[4, 3]],
    run: (x) => einsum('ab,cb->a', constant([2, 3]), x),
    runs: ['cpu', 'webgl', 'webgpu'],
  },
  {
    rule: 'Einsum',
    about: 'attention scores, with respect to both operands',
    inputs: [
      [2, 3, 2, 4],
      [2, 5, 2, 4],
    ],
    run: (a, b) => einsum('bqhd,bkhd->bhqk', a as Tensor, b as Tensor),
    runs: ['cpu', 'webgl', 'webgpu'],
  },
  {
    rule: 'Einsum',
    about: 'one operand, transposed and summed',
    inputs: [[2, 3, 4]],
    run: (x) => einsum('abc -> ca', x),
    runs: ['cpu', 'webgl', 'webgpu'],
  },
];
