import { maximum, mean, minimum, squaredDifference, type Tensor, transpose } from '@tensorflow/tfjs-core';
import { type Case, constant, normal } from '../case.ts';

const [ROWS, COLUMNS] = [3, 4];
const against = normal(7, ROWS * COLUMNS);
const value = (row: number, column: number): number => against[row * COLUMNS + column] as number;

/** A row [1, columns] against each row of a constant [rows, columns]: its gradient is the sum over the rows. */
const repeated = (
  kernel: string,
  run: (a: Tensor, b: Tensor) => Tensor,
  slope: (x: number, c: number) => number,
): Case => ({
  rule: kernel,
  about: 'an operand that is repeated',
  inputs: [[1, COLUMNS]],
  run: (x) => run(constant([ROWS, COLUMNS]), x),
  expected: (x, dy) =>
    Array.from({ length: COLUMNS }, (_, column) => {
      let sum = 0;
      for (let row = 0; row < ROWS; row++)
        sum += (dy[row * COLUMNS + column] as number) * slope(x[column] as number, value(row, column));
      return sum;
    }),
});

export const broadcasts: readonly Case[] = [
  repeated('SquaredDifference', squaredDifference, (x, c) => 2 * (x - c)),
  repeated('Maximum', maximum, (x, c) => (x > c ? 1 : 0)),
  repeated('Minimum', minimum, (x, c) => (x < c ? 1 : 0)),
  {
    rule: 'SquaredDifference',
    about: 'against its own mean, as layer normalisation has it',
    inputs: [[ROWS, COLUMNS]],
    run: (x) => transpose(squaredDifference(x, mean(x, 1, true))),
    expected: (x, dy) => {
      const result = new Float64Array(ROWS * COLUMNS);
      for (let row = 0; row < ROWS; row++) {
        const at = Array.from({ length: COLUMNS }, (_, column) => row * COLUMNS + column);
        const average = at.reduce((sum, i) => sum + (x[i] as number) / COLUMNS, 0);
        const slopes = at.map((i, column) => 2 * (dy[column * ROWS + row] as number) * ((x[i] as number) - average));
        const through = slopes.reduce((sum, slope) => sum + slope / COLUMNS, 0);
        at.forEach((i, column) => {
          result[i] = (slopes[column] as number) - through;
        });
      }
      return result;
    },
  },
];
