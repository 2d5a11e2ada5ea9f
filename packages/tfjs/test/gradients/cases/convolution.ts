import {
  conv2d,
  conv3d,
  conv3dTranspose,
  depthwiseConv2d,
  fused,
  type Tensor1D,
  type Tensor3D,
  type Tensor4D,
  type Tensor5D,
  transpose,
} from '@tensorflow/tfjs-core';
import { type Case, constant } from '../case.ts';

const filter = (...shape: number[]): Tensor4D => constant(shape) as Tensor4D;
const bias = (size: number): Tensor1D => constant([size], 8) as Tensor1D;

/** As a frozen graph gives them: [before, after] of batch, height, width and channels. */
const MARGINS: [[0, 0], [number, number], [number, number], [0, 0]] = [
  [0, 0],
  [1, 2],
  [0, 3],
  [0, 0],
];

export const convolutions: readonly Case[] = [
  {
    rule: 'Conv3DBackpropInputV2',
    about: 'a transposed convolution, strided',
    inputs: [[1, 3, 2, 3, 2]],
    run: (x) => conv3dTranspose(x as Tensor5D, constant([2, 3, 2, 4, 2]) as Tensor5D, [1, 6, 4, 6, 4], 2, 'same'),
    runs: ['cpu', 'webgl', 'webgpu'],
    wrong: ['cpu', 'webgl', 'webgpu'],
  },
  {
    rule: 'Conv3D',
    about: 'stride 2, SAME',
    inputs: [[1, 4, 5, 4, 2]],
    run: (x) => conv3d(x as Tensor5D, constant([3, 3, 3, 2, 3]) as Tensor5D, 2, 'same'),
    wrong: ['wasm'],
  },
  {
    rule: 'Conv3D',
    about: 'dilated, VALID',
    inputs: [[1, 5, 6, 7, 2]],
    run: (x) => conv3d(x as Tensor5D, constant([2, 3, 3, 2, 3]) as Tensor5D, 1, 'valid', 'NDHWC', [3, 2, 1]),
  },
  {
    rule: 'Conv2D',
    about: 'dilated by 2, SAME',
    inputs: [[2, 7, 6, 3]],
    run: (x) => conv2d(x as Tensor4D, filter(3, 3, 3, 4), 1, 'same', 'NHWC', 2),
  },
  {
    rule: 'Conv2D',
    about: 'dilated differently by row and column, VALID',
    inputs: [[1, 9, 8, 2]],
    run: (x) => conv2d(x as Tensor4D, filter(2, 3, 2, 3), 1, 'valid', 'NHWC', [3, 2]),
  },
  {
    rule: 'Conv2D',
    about: 'dilated, channels first',
    inputs: [[2, 3, 7, 6]],
    run: (x) => conv2d(x as Tensor4D, filter(3, 3, 3, 4), 1, 'valid', 'NCHW', 2),
    runs: ['cpu', 'webgl', 'webgpu'],
  },
  {
    rule: 'Conv2D',
    about: 'stride 2, SAME, odd and even sizes',
    inputs: [[2, 7, 6, 3]],
    run: (x) => conv2d(x as Tensor4D, filter(3, 3, 3, 4), 2, 'same'),
    wrong: [],
  },
  {
    rule: 'Conv2D',
    about: 'margins of their own, stride 2',
    inputs: [[1, 6, 7, 3]],
    run: (x) => conv2d(x as Tensor4D, filter(3, 3, 3, 4), 2, MARGINS),
    wrong: [],
  },
  {
    rule: 'DepthwiseConv2dNative',
    about: 'margins of their own, dilated',
    inputs: [[1, 6, 7, 3]],
    run: (x) => depthwiseConv2d(x as Tensor4D, filter(3, 2, 3, 1), 1, MARGINS, 'NHWC', 2),
  },
  {
    rule: 'Conv2D',
    about: 'few positions',
    inputs: [[1, 4, 4, 3]],
    run: (x) => conv2d(x as Tensor4D, filter(3, 3, 3, 4), 2, 'same'),
    wrong: [],
  },
  {
    rule: 'Conv2D',
    about: 'a margin wider than the window',
    inputs: [[1, 5, 6, 3]],
    run: (x) => conv2d(x as Tensor4D, filter(2, 2, 3, 4), 1, 3),
    wrong: [],
  },
  {
    rule: 'DepthwiseConv2dNative',
    about: '3x3, SAME',
    inputs: [[2, 6, 5, 4]],
    run: (x) => depthwiseConv2d(x as Tensor4D, filter(3, 3, 4, 1), 1, 'same'),
    wrong: ['wasm'],
  },
  {
    rule: 'DepthwiseConv2dNative',
    about: 'stride 2, multiplier 3, odd and even sizes',
    inputs: [[2, 8, 7, 2]],
    run: (x) => depthwiseConv2d(x as Tensor4D, filter(3, 3, 2, 3), 2, 'same'),
    wrong: ['wasm'],
  },
  {
    rule: 'DepthwiseConv2dNative',
    about: 'stride 3, VALID, last rows unread',
    inputs: [[1, 9, 10, 3]],
    run: (x) => depthwiseConv2d(x as Tensor4D, filter(2, 2, 3, 1), 3, 'valid'),
    wrong: ['wasm'],
  },
  {
    rule: 'DepthwiseConv2dNative',
    about: 'dilated by 2',
    inputs: [[1, 7, 8, 3]],
    run: (x) => depthwiseConv2d(x as Tensor4D, filter(3, 3, 3, 2), 1, 'same', 'NHWC', 2),
  },
  {
    rule: 'FusedConv2D',
    about: 'linear with bias, stride 2',
    inputs: [[2, 7, 6, 3]],
    run: (x) => fused.conv2d({ x: x as Tensor4D, filter: filter(3, 3, 3, 4), strides: 2, pad: 'same', bias: bias(4) }),
    wrong: ['wasm'],
  },
  {
    rule: 'FusedConv2D',
    about: 'dilated',
    inputs: [[2, 7, 6, 3]],
    run: (x) =>
      fused.conv2d({ x: x as Tensor4D, filter: filter(3, 3, 3, 4), strides: 1, pad: 'same', dilations: [2, 2] }),
  },
  {
    rule: 'FusedConv2D',
    about: 'two in a row with different attributes',
    inputs: [[1, 8, 8, 2]],
    run: (x) => {
      const first = fused.conv2d({ x: x as Tensor4D, filter: filter(3, 3, 2, 3), strides: 2, pad: 'same' });
      return fused.conv2d({
        x: first,
        filter: filter(3, 3, 3, 2),
        strides: 1,
        pad: 'same',
        dilations: 2,
        bias: bias(2),
      });
    },
  },
  {
    rule: 'FusedConv2D',
    about: 'one picture without a batch axis',
    inputs: [[7, 6, 3]],
    run: (x) => fused.conv2d({ x: x as Tensor3D, filter: filter(3, 3, 3, 4), strides: 1, pad: 'valid' }),
    wrong: ['wasm'],
  },
  {
    rule: 'FusedDepthwiseConv2D',
    about: 'linear with bias, stride 2',
    inputs: [[2, 7, 6, 3]],
    run: (x) =>
      fused.depthwiseConv2d({ x: x as Tensor4D, filter: filter(3, 3, 3, 1), strides: 2, pad: 'same', bias: bias(3) }),
    wrong: ['wasm'],
  },
  {
    rule: 'FusedDepthwiseConv2D',
    about: 'dilated',
    inputs: [[1, 7, 8, 3]],
    run: (x) =>
      fused.depthwiseConv2d({ x: x as Tensor4D, filter: filter(3, 3, 3, 2), strides: 1, pad: 'same', dilations: 2 }),
  },
  {
    rule: 'Conv2D',
    about: 'dilated behind a transpose from channels first',
    inputs: [[1, 3, 7, 6]],
    run: (x) => conv2d(transpose(x, [0, 2, 3, 1]) as Tensor4D, filter(3, 3, 3, 2), 1, 'same', 'NHWC', 3),
  },
];
