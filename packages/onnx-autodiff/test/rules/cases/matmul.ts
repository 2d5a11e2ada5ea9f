import type { Case } from '../case.ts';

const transposed = (m: number, n: number, turned: boolean): readonly number[] => (turned ? [n, m] : [m, n]);

export const matmul: readonly Case[] = [
  ...[false, true].flatMap((a) =>
    [false, true].map(
      (b): Case => ({
        op: 'Gemm',
        about: `transA ${a}, transB ${b}`,
        inputs: [transposed(3, 4, a), transposed(4, 5, b), [5]],
        attributes: { transA: a ? 1 : 0, transB: b ? 1 : 0, alpha: { float: 0.5 }, beta: { float: 2 } },
        reference: 'linear',
      }),
    ),
  ),
  {
    op: 'Gemm',
    about: 'without C',
    since: 11,
    inputs: [
      [3, 4],
      [4, 5],
    ],
    reference: 'linear',
  },
  {
    op: 'Gemm',
    about: 'C of one column',
    inputs: [
      [3, 4],
      [4, 5],
      [3, 1],
    ],
    reference: 'linear',
  },
  {
    op: 'MatMul',
    inputs: [
      [3, 4],
      [4, 5],
    ],
    reference: 'linear',
  },
  {
    op: 'MatMul',
    about: 'batches',
    inputs: [
      [2, 3, 4],
      [2, 4, 5],
    ],
    reference: 'linear',
  },
  {
    op: 'MatMul',
    about: 'broadcast batches',
    inputs: [
      [2, 1, 3, 4],
      [5, 4, 2],
    ],
    reference: 'linear',
  },
  { op: 'MatMul', about: 'a row', inputs: [[4], [2, 4, 5]], reference: 'linear' },
  { op: 'MatMul', about: 'a column', inputs: [[2, 3, 4], [4]], reference: 'linear' },
  { op: 'MatMul', about: 'two vectors', inputs: [[4], [4]], reference: 'linear' },
];
