import {
  avgPool,
  avgPool3d,
  backend_util,
  maxPool,
  maxPool3d,
  sub,
  type Tensor4D,
  type Tensor5D,
} from '@tensorflow/tfjs-core';
import { type Case, normal } from '../case.ts';

/** The gradient of max pooling [n, d, h, w, c] in plain loops: each window's first maximum takes its cotangent. */
function maxPoolGradient(
  shape: readonly [number, number, number, number, number],
  size: readonly [number, number, number],
  stride: number,
  pad: 'same' | 'valid',
): (x: ArrayLike<number>, dy: ArrayLike<number>) => Float64Array {
  return (x, dy) => {
    const [n, d, h, w, c] = shape;
    const info = backend_util.computePool3DInfo([...shape], [...size], stride, 1, pad);
    const dx = new Float64Array(n * d * h * w * c);
    let out = 0;
    for (let b = 0; b < n; b++)
      for (let i = 0; i < info.outDepth; i++)
        for (let j = 0; j < info.outHeight; j++)
          for (let k = 0; k < info.outWidth; k++)
            for (let channel = 0; channel < c; channel++) {
              let best = -1;
              for (let di = 0; di < size[0]; di++)
                for (let dj = 0; dj < size[1]; dj++)
                  for (let dk = 0; dk < size[2]; dk++) {
                    const [z, row, column] = [
                      i * stride - info.padInfo.front + di,
                      j * stride - info.padInfo.top + dj,
                      k * stride - info.padInfo.left + dk,
                    ];
                    if (z < 0 || z >= d || row < 0 || row >= h || column < 0 || column >= w) continue;
                    const at = (((b * d + z) * h + row) * w + column) * c + channel;
                    if (best < 0 || (x[at] as number) > (x[best] as number)) best = at;
                  }
              dx[best] = (dx[best] as number) + (dy[out++] as number);
            }
    return dx;
  };
}

const negative = (seed: number, size: number): number[] =>
  [...normal(seed, size)].map((value) => -Math.abs(value) - 0.1);

/** Mostly zeros, as behind a rectifier. */
const rectified = (seed: number, size: number): number[] =>
  [...normal(seed, size)].map((value) => Math.max(0, value - 0.8));

export const pools: readonly Case[] = [
  {
    rule: 'AvgPool',
    about: 'SAME, 3x3, stride 1 (Inception)',
    inputs: [[2, 5, 6, 3]],
    run: (x) => avgPool(x as Tensor4D, 3, 1, 'same'),
  },
  {
    rule: 'AvgPool',
    about: 'SAME, 2x2, stride 2, odd sizes',
    inputs: [[1, 5, 7, 2]],
    run: (x) => avgPool(x as Tensor4D, 2, 2, 'same'),
  },
  {
    rule: 'AvgPool',
    about: 'padded by a number',
    inputs: [[1, 7, 5, 2]],
    run: (x) => avgPool(x as Tensor4D, 3, 2, 1),
  },
  {
    rule: 'AvgPool',
    about: 'margins of their own',
    inputs: [[1, 5, 6, 2]],
    run: (x) =>
      avgPool(x as Tensor4D, [3, 2], 2, [
        [0, 0],
        [1, 2],
        [0, 1],
        [0, 0],
      ] as never),
  },
  {
    rule: 'AvgPool',
    about: 'VALID',
    inputs: [[2, 6, 6, 3]],
    run: (x) => avgPool(x as Tensor4D, 3, 2, 'valid'),
    wrong: [],
  },
  {
    rule: 'AvgPool3D',
    about: 'SAME, 3x3x3, stride 2',
    inputs: [[1, 4, 5, 6, 2]],
    run: (x) => avgPool3d(x as Tensor5D, 3, 2, 'same'),
  },
  {
    rule: 'AvgPool3D',
    about: 'VALID',
    inputs: [[1, 4, 4, 6, 2]],
    run: (x) => avgPool3d(x as Tensor5D, 2, 2, 'valid'),
    wrong: [],
  },
  {
    rule: 'MaxPool',
    about: 'wasm MaxPool over all-negative windows',
    inputs: [[2, 6, 6, 3]],
    values: negative(5, 216),
    run: (x) => maxPool(x as Tensor4D, 3, 2, 'valid'),
    expected: maxPoolGradient([2, 1, 6, 6, 3], [1, 3, 3], 2, 'valid'),
    wrong: ['wasm'],
  },
  {
    rule: 'MaxPool',
    about: 'windows of either sign that overlap, SAME',
    inputs: [[2, 7, 6, 2]],
    run: (x) => maxPool(sub(x, 0.8) as Tensor4D, 2, 1, 'same'),
    expected: maxPoolGradient([2, 1, 7, 6, 2], [1, 2, 2], 1, 'same'),
    wrong: ['wasm'],
  },
  {
    rule: 'MaxPool',
    about: 'an outlier does not blur the others',
    inputs: [[1, 4, 4, 1]],
    values: [...normal(6, 15).map((value) => -Math.abs(value)), -1e9],
    run: (x) => maxPool(x as Tensor4D, 2, 2, 'valid'),
    expected: maxPoolGradient([1, 1, 4, 4, 1], [1, 2, 2], 2, 'valid'),
    wrong: ['wasm'],
  },
  ...[['VALID', 'valid'] as const, ['SAME', 'same'] as const].map(
    ([about, padding]): Case => ({
      rule: 'MaxPool',
      about: `of equal maxima the first, ${about}`,
      inputs: [[2, 6, 7, 3]],
      values: rectified(8, 252),
      run: (x) => maxPool(x as Tensor4D, 3, 2, padding),
      expected: maxPoolGradient([2, 1, 6, 7, 3], [1, 3, 3], 2, padding),
      wrong: ['wasm', 'webgl', 'webgpu'],
    }),
  ),
  {
    rule: 'MaxPool3D',
    about: 'all-negative windows',
    inputs: [[1, 4, 6, 4, 2]],
    values: negative(9, 192),
    run: (x) => maxPool3d(x as Tensor5D, 2, 2, 'valid'),
    expected: maxPoolGradient([1, 4, 6, 4, 2], [2, 2, 2], 2, 'valid'),
    wrong: ['wasm'],
  },
  {
    rule: 'MaxPool3D',
    about: 'windows of either sign, SAME',
    inputs: [[1, 3, 5, 4, 2]],
    run: (x) => maxPool3d(sub(x, 1.2) as Tensor5D, 2, 2, 'same'),
    expected: maxPoolGradient([1, 3, 5, 4, 2], [2, 2, 2], 2, 'same'),
    wrong: ['wasm'],
  },
];
