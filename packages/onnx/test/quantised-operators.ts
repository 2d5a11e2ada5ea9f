import { type Constant, model } from '../../onnx-autodiff/test/models/build.ts';
import { noise } from './noise.ts';

const weights = noise(21);

/** What one step of the integers is worth. */
export const STEP = 0.03;

/** Filters as int8. */
const integers = (dims: readonly number[]): Constant => ({
  type: 'int8',
  dims,
  values: Array.from(weights(dims).data, (value) => Math.max(-127, Math.min(127, Math.round(60 * value)))),
});

/** The head is global average pooling and this matrix [5, 6]. */
export const head: Float32Array = weights([5, 6]).data;

/** A classifier of pictures [N, 3, 12, 10] whose layers `r1` and `r2` are uint8 tensors between quantised operators. */
export const quantisedOperators: Uint8Array = model({
  opset: 13,
  domains: { 'com.microsoft': 1 },
  inputs: { x: ['N', 3, 12, 10] },
  constants: {
    w1: integers([6, 3, 3, 3]),
    w2: integers([6, 6, 3, 3]),
    w: { dims: [5, 6], values: head },
    b: weights([5]),
    s: { dims: [], values: [STEP] },
    ws: { dims: [], values: [0.004] },
    half: { type: 'uint8', dims: [], values: [128] },
    none: { type: 'uint8', dims: [], values: [0] },
    i: { type: 'int8', dims: [], values: [0] },
  },
  nodes: [
    ['QuantizeLinear', ['x', 's', 'half'], ['qx']],
    [
      'QLinearConv',
      ['qx', 's', 'half', 'w1', 'ws', 'i', 's', 'none'],
      ['r1'],
      { kernel_shape: [3, 3], strides: [2, 2] },
    ],
    [
      'QLinearConv',
      ['r1', 's', 'none', 'w2', 'ws', 'i', 's', 'none'],
      ['r2'],
      { kernel_shape: [3, 3], pads: [1, 1, 1, 1] },
    ],
    ['QLinearGlobalAveragePool', ['r2', 's', 'none', 's', 'none'], ['pooled'], {}, 'com.microsoft'],
    ['DequantizeLinear', ['pooled', 's', 'none'], ['p']],
    ['Flatten', ['p'], ['flat']],
    ['Gemm', ['flat', 'w', 'b'], ['logits'], { transB: 1 }],
  ],
  outputs: ['logits'],
});
