import { depthToSpace, image, mirrorPad, stridedSlice, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import type { Case } from '../case.ts';

const half = true;
const resized = (
  kind: 'resizeBilinear' | 'resizeNearestNeighbor',
  size: [number, number],
  corners: boolean,
  centers: boolean,
): Case['run'] => {
  return (x) => image[kind](x as Tensor4D, size, corners, centers);
};

export const resamplings: readonly Case[] = [
  {
    rule: 'ResizeBilinear',
    about: 'half-pixel centres, twice as large',
    inputs: [[2, 4, 5, 3]],
    run: resized('resizeBilinear', [8, 10], false, half),
  },
  {
    rule: 'ResizeBilinear',
    about: 'half-pixel centres, to odd sizes, smaller and larger',
    inputs: [[1, 7, 4, 2]],
    run: resized('resizeBilinear', [3, 9], false, half),
  },
  {
    rule: 'ResizeBilinear',
    about: 'aligned corners',
    inputs: [[1, 4, 5, 2]],
    run: resized('resizeBilinear', [7, 3], true, false),
    wrong: [],
  },
  {
    rule: 'ResizeBilinear',
    about: 'top-left aligned',
    inputs: [[1, 4, 5, 2]],
    run: resized('resizeBilinear', [7, 3], false, false),
    wrong: [],
  },
  {
    rule: 'ResizeNearestNeighbor',
    about: 'half-pixel centres, to odd sizes, smaller and larger',
    inputs: [[1, 7, 3, 2]],
    run: resized('resizeNearestNeighbor', [3, 8], false, half),
  },
  {
    rule: 'ResizeNearestNeighbor',
    about: 'twice as large',
    inputs: [[1, 4, 3, 2]],
    run: resized('resizeNearestNeighbor', [8, 6], false, false),
    wrong: [],
  },
  {
    rule: 'ResizeNearestNeighbor',
    about: 'aligned corners',
    inputs: [[1, 4, 5, 2]],
    run: resized('resizeNearestNeighbor', [7, 3], true, false),
    wrong: [],
  },
  {
    rule: 'MirrorPad',
    about: 'reflect, each margin its own',
    inputs: [[2, 5, 4, 3]],
    run: (x) =>
      mirrorPad(
        x,
        [
          [0, 0],
          [2, 1],
          [0, 3],
          [0, 0],
        ],
        'reflect',
      ),
  },
  {
    rule: 'MirrorPad',
    about: 'symmetric, batchless',
    inputs: [[5, 4, 3]],
    run: (x) =>
      mirrorPad(
        x as Tensor3D,
        [
          [1, 2],
          [4, 0],
          [0, 1],
        ],
        'symmetric',
      ),
  },
  {
    rule: 'StridedSlice',
    about: 'every second row, every third column',
    inputs: [[2, 7, 8, 3]],
    run: (x) => stridedSlice(x, [0, 1, 0, 0], [2, 7, 8, 3], [1, 2, 3, 1]),
  },
  {
    rule: 'StridedSlice',
    about: 'backwards',
    inputs: [[1, 6, 7, 2]],
    run: (x) => stridedSlice(x, [0, 5, -2, 0], [1, 0, 0, 2], [1, -2, -3, 1]),
  },
  {
    rule: 'StridedSlice',
    about: 'with an ellipsis, a dropped axis and a new one',
    inputs: [[2, 5, 4, 3]],
    run: (x) => stridedSlice(x, [0, 0, 0, 1], [0, 0, 0, 2], [1, 1, 1, 1], 1, 1, 2, 4, 8),
  },
  {
    rule: 'DepthToSpace',
    about: 'blocks of 2',
    inputs: [[2, 3, 4, 12]],
    run: (x) => depthToSpace(x as Tensor4D, 2, 'NHWC'),
  },
];
