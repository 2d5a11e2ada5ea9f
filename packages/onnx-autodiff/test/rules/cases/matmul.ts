import { array64 } from '../arrays.ts';
import type { Array64, Case, Reference } from '../case.ts';

const transposed = (m: number, n: number, turned: boolean): readonly number[] => (turned ? [n, m] : [m, n]);

/** By cofactors of the first row. */
function det(rows: readonly (readonly number[])[]): number {
  const [first = [], ...rest] = rows;
  if (first.length === 1) return first[0] as number;
  return first.reduce((sum, value, i) => sum + (-1) ** i * value * det(rest.map((row) => row.toSpliced(i, 1))), 0);
}

const determinant: Reference = ([x]) => {
  const { data, dims } = x as Array64;
  const n = dims.at(-1) as number;
  const values = Array.from({ length: data.length / n ** 2 }, (_, matrix) =>
    det(
      Array.from({ length: n }, (_row, i) =>
        Array.from(data.subarray(matrix * n * n + i * n, matrix * n * n + (i + 1) * n)),
      ),
    ),
  );
  return array64([values.length], values);
};

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
  { op: 'Trilu', inputs: [[2, 4, 5]], reference: 'linear' },
  {
    op: 'Trilu',
    about: 'lower, shifted',
    inputs: [[4, 5], { dims: [], type: 'int64', values: [-1], constant: true }],
    attributes: { upper: 0 },
    reference: 'linear',
  },
  ...[1, 2, 3].map((n): Case => ({ op: 'Det', about: `${n} rows`, inputs: [[2, n, n]], reference: determinant })),
];
