import { abs, cumsum, matMul, type Tensor, tile, topk } from '@tensorflow/tfjs-core';
import { type Case, constant } from '../case.ts';

/** Of an operator that is linear, and that tfjs alone gets wrong. */
const only = (rule: string, about: string, inputs: Case['inputs'], run: Case['run']): Case => ({
  rule,
  about,
  inputs,
  run,
});

const CUBE = [3, 3, 3];
/** Places of the three largest of each row of five, largest first; the first of equals first. */
const largest = (x: ArrayLike<number>, row: number): readonly number[] =>
  [0, 1, 2, 3, 4]
    .map((i) => 5 * row + i)
    .toSorted((a, b) => (x[b] as number) - (x[a] as number) || a - b)
    .slice(0, 3);

/** Operators whose results read many cells, and give their gradient back to them. */
export const spreads: readonly Case[] = [
  only('Cumsum', 'along the first axis', [CUBE], (x) => cumsum(x, 0)),
  only('Cumsum', 'along the middle axis, exclusive', [CUBE], (x) => cumsum(x, 1, true)),
  only('Cumsum', 'along the middle axis, backwards', [[2, 3, 4]], (x) => cumsum(x, 1, false, true)),
  only('Tile', 'rank 5', [[1, 2, 1, 3, 2]], (x) => tile(x, [2, 1, 3, 2, 1])),
  only('BatchMatMul', 'a matrix that is repeated for each sample', [[1, 3, 4]], (x) =>
    matMul(constant([2, 5, 3]), x as Tensor),
  ),
  {
    rule: 'TopK',
    about: 'the three largest of each row, ties too',
    inputs: [[4, 5]],
    values: [1, 5, 2, 4, 3, -1, -2, -3, -4, -5, 2, 2, 0, 2, 1, 0.5, -0.5, 7, 6, 6],
    run: (x) => topk(x, 3).values,
    expected: (x, dy) => {
      const result = new Float64Array(x.length);
      for (let row = 0; row < 4; row++)
        largest(x, row).forEach((at, i) => {
          result[at] = dy[3 * row + i] as number;
        });
      return result;
    },
  },
  {
    rule: 'Abs',
    about: 'with zeros, as rectified maps have them',
    inputs: [[2, 4]],
    values: [0, 1, -2, 0, 0, 3, -0.5, 0],
    run: (x) => abs(x),
    expected: (x, dy) => Float64Array.from(x, (value, i) => Math.sign(value) * (dy[i] as number)),
  },
];
