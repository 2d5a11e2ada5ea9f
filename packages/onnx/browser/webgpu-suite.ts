import { relativeError } from '@gradcam/conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { model as build } from '../../onnx-autodiff/test/models/build.ts';
import { findLayer, fromOnnx, type OnnxModel, type Ort, type Tensor } from '../src/index.ts';
import { noise } from '../test/noise.ts';

const weights = noise(11);
const kernel = (size: number, more = {}) => ({ kernel_shape: [size, size], ...more });

/** Everything a classic CNN has: overlapping and padded pools, a stride that leaves uneven pads, depthwise filters, a bounded activation. */
const cnn = build({
  opset: 17,
  inputs: { x: ['N', 3, 20, 16] },
  constants: {
    w1: weights([8, 3, 3, 3], 0.3),
    b1: weights([8], 0.1),
    scale: weights([8], 0.5),
    shift: weights([8], 0.5),
    mean: weights([8], 0.3),
    variance: { dims: [8], values: [1, 2, 0.5, 1, 3, 1, 2, 1] },
    w2: weights([8, 8, 3, 3], 0.2),
    w3: weights([8, 1, 3, 3], 0.4),
    low: { dims: [], values: [0] },
    high: { dims: [], values: [6] },
    w4: weights([12, 8, 1, 1], 0.4),
    w: weights([5, 12], 0.5),
    b: weights([5], 0.1),
  },
  nodes: [
    ['Conv', ['x', 'w1', 'b1'], ['c1'], kernel(3, { pads: [1, 1, 1, 1] })],
    ['BatchNormalization', ['c1', 'scale', 'shift', 'mean', 'variance'], ['n1']],
    ['Relu', ['n1'], ['r1']],
    ['MaxPool', ['r1'], ['m'], kernel(3, { strides: [2, 2], pads: [1, 1, 1, 1] })],
    ['Conv', ['m', 'w2'], ['c2'], kernel(3, { pads: [1, 1, 1, 1] })],
    ['Relu', ['c2'], ['r2']],
    ['Add', ['m', 'r2'], ['sum']],
    ['Conv', ['sum', 'w3'], ['c3'], kernel(3, { strides: [2, 2], pads: [1, 1, 1, 1], group: 8 })],
    ['Clip', ['c3', 'low', 'high'], ['r3']],
    ['Conv', ['r3', 'w4'], ['c4'], kernel(1)],
    ['AveragePool', ['c4'], ['a'], kernel(3, { strides: [1, 1], pads: [1, 1, 1, 1] })],
    ['GlobalAveragePool', ['a'], ['pooled']],
    ['Flatten', ['pooled'], ['flat']],
    ['Gemm', ['flat', 'w', 'b'], ['logits'], { transB: 1 }],
    ['Softmax', ['logits'], ['p'], { axis: 1 }],
  ],
  outputs: ['p'],
});

const networks = [
  {
    name: 'a small CNN',
    bytes: async () => cnn,
    dims: [2, 3, 20, 16],
    classes: [1, 3],
    pulled: true,
    layers: ['x', 'r1', 'm', 'sum', 'r3', 'c4'],
  },
  {
    name: 'a ViT from PyTorch',
    bytes: async () => {
      const response = await fetch(new URL('../test/pytorch/vit-17.onnx', import.meta.url));
      return new Uint8Array(await response.arrayBuffer());
    },
    dims: [1, 3, 32, 32],
    classes: [1],
    pulled: false, // its kernels take long to compile without a GPU
    layers: ['blocks.0', 'blocks.1.norm1', 'blocks.1'],
  },
];

/** The gradient on a WebGPU build of onnxruntime-web, against the same on its wasm. */
export function checkWebGpu(ort: Ort): void {
  for (const { name, bytes, dims, classes, layers, pulled } of networks)
    describe(name, () => {
      let gpu: OnnxModel;
      let wasm: OnnxModel;
      beforeAll(async () => {
        wasm = await fromOnnx(await bytes(), ort, { executionProviders: ['wasm'] });
        gpu = await fromOnnx(await bytes(), ort, {
          executionProviders: ['webgpu'],
          sessionOptions: { preferredOutputLocation: 'gpu-buffer' },
        });
      });
      afterAll(async () => {
        await gpu.dispose();
        await wasm.dispose();
      });

      test('gives what wasm gives', async () => {
        const x = weights(dims);
        const names = layers.map((layer) => findLayer(wasm.layers, layer).name);
        const request = { layers: names, seed: classes };
        const [a, b] = [await gpu.run(x, request), await wasm.run(x, request)];
        expect(gpu.backend).toBe('onnxruntime-web (webgpu)');
        expect(relativeError(a.output.data, b.output.data)).toBeLessThan(1e-5);
        for (const layer of names) {
          const parts = [a.activations, a.gradients].map((part) => part.get(layer) as Tensor);
          const expected = [b.activations, b.gradients].map((part) => part.get(layer) as Tensor);
          parts.forEach((part, i) => {
            expect(part.dims).toEqual(expected[i]?.dims);
            expect(relativeError(part.data, expected[i]?.data as Float32Array), layer).toBeLessThan(1e-5);
          });
        }
        if (!pulled) return;
        const layer = names.at(-1) as string;
        const point = { layer, activation: b.activations.get(layer) as Tensor };
        const { data } = await gpu.pull(point, classes);
        expect(relativeError(data, b.gradients.get(layer)?.data as Float32Array)).toBeLessThan(1e-5);
      });
    });
}
