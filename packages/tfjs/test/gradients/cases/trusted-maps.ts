import {
  avgPool,
  batchToSpaceND,
  broadcastTo,
  concat,
  conv2d,
  conv2dTranspose,
  cumsum,
  fused,
  localResponseNormalization,
  logSoftmax,
  matMul,
  mean,
  mul,
  pad,
  reverse,
  slice,
  softmax,
  spaceToBatchND,
  split,
  stack,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  tile,
  transpose,
  unstack,
} from '@tensorflow/tfjs-core';
import { type Case, constant, linear } from '../case.ts';

const ROW = 6;

/** The gradient of rows of `ROW` values, row by row. */
const byRow =
  (gradient: (x: readonly number[], dy: readonly number[]) => readonly number[]): NonNullable<Case['expected']> =>
  (x, dy) =>
    Array.from({ length: x.length / ROW }, (_, row) => {
      const part = (of: ArrayLike<number>): number[] =>
        Array.from({ length: ROW }, (_value, i) => of[row * ROW + i] as number);
      return gradient(part(x), part(dy));
    }).flat();

function softmaxOf(x: readonly number[]): readonly number[] {
  const total = x.reduce((all, value) => all + Math.exp(value), 0);
  return x.map((value) => Math.exp(value) / total);
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((all, value, i) => all + value * (b[i] as number), 0);

/** y = x (1 + .5 r)^-.75, r the sum of squares of three neighbours: the derivative of Krizhevsky's normalisation. */
function responseGradient(x: readonly number[], dy: readonly number[]): readonly number[] {
  const near = (i: number): readonly number[] => [i - 1, i, i + 1].filter((j) => j >= 0 && j < x.length);
  const scale = x.map((_, i) => 1 + 0.5 * near(i).reduce((all, j) => all + (x[j] as number) ** 2, 0));
  return x.map((value, i) => {
    const around = near(i).reduce(
      (all, j) => all + (dy[j] as number) * (x[j] as number) * (scale[j] as number) ** -1.75,
      0,
    );
    return (dy[i] as number) * (scale[i] as number) ** -0.75 - 0.75 * value * around;
  });
}

const rows = (kernel: string, run: Case['run'], expected: NonNullable<Case['expected']>, shape = [4, ROW]): Case => ({
  rule: kernel,
  about: 'over the last axis',
  inputs: [shape],
  run,
  expected,
  wrong: [],
});

const normalisations: readonly Case[] = [
  rows(
    'Softmax',
    (x) => softmax(x),
    byRow((x, dy) => {
      const y = softmaxOf(x);
      return y.map((value, i) => value * ((dy[i] as number) - dot(y, dy)));
    }),
  ),
  rows(
    'LogSoftmax',
    (x) => logSoftmax(x),
    byRow((x, dy) => {
      const all = dy.reduce((total, value) => total + value, 0);
      return softmaxOf(x).map((value, i) => (dy[i] as number) - value * all);
    }),
  ),
  rows('LRN', (x) => localResponseNormalization(x as Tensor4D, 1, 1, 0.5, 0.75), byRow(responseGradient), [
    1,
    2,
    2,
    ROW,
  ]),
];

const maps: readonly Case[] = [
  linear('_FusedMatMul', 'with bias, transposed', [[3, 4]], (x) =>
    fused.matMul({ a: x as Tensor2D, b: constant([5, 4]) as Tensor2D, transposeB: true, bias: constant([5], 8) }),
  ),
  linear('_FusedMatMul', 'batched', [[2, 3, 4]], (x) =>
    fused.matMul({ a: x as Tensor3D, b: constant([2, 4, 5]) as Tensor3D }),
  ),
  linear('Sum', 'over two axes', [[2, 3, 4]], (x) => sum(x, [0, 2])),
  linear('Mean', 'over height and width', [[2, 3, 4, 5]], (x) => mean(x, [1, 2])),
  linear('Cumsum', 'exclusive, backwards', [[3, 5]], (x) => cumsum(x, 1, true, true)),
  linear(
    'BatchMatMul',
    'both operands',
    [
      [2, 3, 4],
      [2, 5, 4],
    ],
    (a, b) => matMul(a as Tensor, b as Tensor, false, true),
  ),
  linear('Transpose', 'rank 5', [[2, 3, 1, 4, 2]], (x) => transpose(x, [3, 0, 4, 2, 1])),
  linear('Concat', 'of itself and a part', [[2, 3, 4]], (x) => concat([x, slice(x, [0, 0, 1], [2, 3, 2])], 2)),
  linear('SplitV', 'one part unused', [[2, 3, 6]], (x) => {
    const [first, , third] = split(x, [1, 2, 3], 2);
    return concat([first as Tensor, third as Tensor], 2);
  }),
  linear('Pack', 'and unpacked in another order', [[3, 2, 2]], (x) => stack(unstack(x, 1).toReversed(), 2)),
  linear('PadV2', 'each margin its own', [[2, 3, 4]], (x) =>
    pad(x, [
      [0, 0],
      [1, 2],
      [3, 0],
    ]),
  ),
  linear('Reverse', 'two axes', [[2, 3, 4]], (x) => reverse(x, [0, 2])),
  linear('Tile', 'two axes', [[2, 3, 2]], (x) => tile(x, [1, 2, 3])),
  linear('BroadcastTo', 'from one', [[2, 1, 3]], (x) => broadcastTo(x, [2, 4, 3])),
  linear('SpaceToBatchND', 'and back, cropped', [[1, 5, 4, 2]], (x) => {
    const blocks = spaceToBatchND(
      x,
      [2, 2],
      [
        [0, 1],
        [1, 1],
      ],
    );
    return batchToSpaceND(
      mul(blocks, constant(blocks.shape)),
      [2, 2],
      [
        [1, 0],
        [0, 1],
      ],
    );
  }),
  linear('Conv2D', 'VALID, 1x1, stride 2', [[2, 5, 6, 3]], (x) =>
    conv2d(x as Tensor4D, constant([1, 1, 3, 4]) as Tensor4D, 2, 'valid'),
  ),
  linear('Conv2DBackpropInput', 'transposed convolution, stride 2, SAME', [[1, 3, 4, 3]], (x) =>
    conv2dTranspose(x as Tensor4D, constant([3, 3, 2, 3]) as Tensor4D, [1, 6, 7, 2], 2, 'same'),
  ),
  linear('AvgPool', 'of the whole map', [[2, 5, 4, 3]], (x) => avgPool(x as Tensor4D, [5, 4], 1, 'valid')),
];

/** Operators of maps and rows, which the pack leaves to tfjs because it is right. */
export const trustedMaps: readonly Case[] = [...normalisations, ...maps];
