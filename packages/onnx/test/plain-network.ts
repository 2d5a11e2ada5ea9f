import { type ModelSpec, model } from '../../onnx-autodiff/test/models/build.ts';
import { noise } from './noise.ts';

const weights = noise(20);

/** The head is global average pooling and this matrix [5, 6]: at `r2` Grad-CAM is CAM. */
export const head: Float32Array = weights([5, 6]).data;

/** Two convolutions and a linear head, for tests of how a file stores them. Takes pictures [N, 3, 12, 10]. */
export const plainSpec: ModelSpec = {
  opset: 17,
  inputs: { x: ['N', 3, 12, 10] },
  constants: {
    w1: weights([6, 3, 3, 3], 0.4),
    b1: weights([6], 0.1),
    w2: weights([6, 6, 3, 3], 0.3),
    w: { dims: [5, 6], values: head },
    b: weights([5]),
  },
  nodes: [
    ['Conv', ['x', 'w1', 'b1'], ['c1'], { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [2, 2] }],
    ['Relu', ['c1'], ['r1']],
    ['Conv', ['r1', 'w2'], ['c2'], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }],
    ['Relu', ['c2'], ['r2']],
    ['GlobalAveragePool', ['r2'], ['pooled']],
    ['Flatten', ['pooled'], ['flat']],
    ['Gemm', ['flat', 'w', 'b'], ['logits'], { transB: 1 }],
  ],
  outputs: ['logits'],
};

export const plainBytes: Uint8Array = model(plainSpec);
