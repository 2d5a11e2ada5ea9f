import { batchNorm, mean, square, sub, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { type Case, constant } from '../case.ts';

const channelwise = (seed: number): Tensor1D => constant([5], seed) as Tensor1D;
const normalised = (x: Tensor, scale?: Tensor1D, offset?: Tensor1D): Tensor =>
  batchNorm(x, channelwise(1), square(channelwise(2)) as Tensor1D, offset, scale, 1e-3);

const [ROWS, COLUMNS, EPSILON] = [6, 5, 1e-3];

/** The gradient of each column, centred and divided by its standard deviation. */
const standardised: NonNullable<Case['expected']> = (x, dy) => {
  const result = new Float64Array(ROWS * COLUMNS);
  for (let column = 0; column < COLUMNS; column++) {
    const at = Array.from({ length: ROWS }, (_, row) => row * COLUMNS + column);
    const average = (of: (i: number) => number): number => at.reduce((sum, i) => sum + of(i) / ROWS, 0);
    const middle = average((i) => x[i] as number);
    const root = 1 / Math.sqrt(average((i) => ((x[i] as number) - middle) ** 2) + EPSILON);
    const unit = (i: number): number => ((x[i] as number) - middle) * root;
    const level = average((i) => dy[i] as number);
    const along = average((i) => (dy[i] as number) * unit(i));
    for (const i of at) result[i] = root * ((dy[i] as number) - level - unit(i) * along);
  }
  return result;
};

export const batchNorms: readonly Case[] = [
  {
    rule: 'FusedBatchNorm',
    about: 'with scale and offset',
    inputs: [[2, 3, 4, 5]],
    run: (x) => normalised(x, channelwise(3), channelwise(4)),
    wrong: [],
  },
  {
    rule: 'FusedBatchNorm',
    about: 'without scale, as Inception has it',
    inputs: [[2, 3, 4, 5]],
    run: (x) => normalised(x, undefined, channelwise(4)),
  },
  {
    rule: 'FusedBatchNorm',
    about: 'one with a scale in front of one without',
    inputs: [[2, 3, 4, 5]],
    run: (x) => normalised(normalised(x, channelwise(3))),
  },
  {
    rule: 'FusedBatchNorm',
    about: 'by the statistics of its own input',
    inputs: [[ROWS, COLUMNS]],
    run: (x) => {
      const middle = mean(x, 0) as Tensor1D;
      return batchNorm(x, middle, mean(square(sub(x, middle)), 0) as Tensor1D, undefined, undefined, EPSILON);
    },
    expected: standardised,
  },
];
