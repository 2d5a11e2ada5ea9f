import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { fromOnnx, type Tensor, xoshiro128 } from '../src/index.ts';
import { missing, pathOf } from './assets.ts';

/** Those of others are named from the assets' folder. */
const of = (file: string): URL | string => (file.startsWith('.') ? new URL(file, import.meta.url) : pathOf(file));

/** Whether the input and the biases of a network of nothing but sums, ReLU and maxima make up its score, for two pictures of noise. */
async function isComplete(file: string): Promise<void> {
  const model = await fromOnnx(readFileSync(of(file)), ort);
  try {
    const [input] = model.inputs;
    const dims = (input?.dims ?? []).map((dim, axis) => (axis === 0 ? 2 : (dim ?? 32)));
    const { normal } = xoshiro128(3);
    const x: Tensor = { data: Float32Array.from({ length: dims.reduce((a, b) => a * b) }, normal), dims };
    const biased = model.layers.filter(({ bias, onPath }) => onPath && bias !== undefined);
    const layers = [input?.name ?? '', ...biased.map(({ name }) => name)];
    const { gradients, output } = await model.run(x, { layers, seed: 'top' });
    const [batch = 1, classes = 1] = output.dims;
    /** sum over one sample of gradient times what stands at the same place. */
    const sum = (name: string, sample: number, by: (at: number, positions: number) => number): number => {
      const { data, dims: own } = gradients.get(name) as Tensor;
      const size = data.length / batch;
      return data
        .subarray(sample * size, (sample + 1) * size)
        .reduce((total, g, at) => total + g * by(at, size / (own[1] ?? 1)), 0);
    };
    for (let n = 0; n < batch; n++) {
      const size = x.data.length / batch;
      const parts = biased.map(({ name, bias }) =>
        sum(name, n, (at, positions) => (bias as Float32Array)[Math.floor(at / positions)] ?? NaN),
      );
      const all = parts.reduce(
        (a, b) => a + b,
        sum(input?.name ?? '', n, (at) => x.data[n * size + at] ?? NaN),
      );
      const score = Math.max(...output.data.subarray(n * classes, (n + 1) * classes));
      expect(Math.abs(all - score)).toBeLessThan(1e-5 * Math.max(1, Math.abs(score)));
    }
  } finally {
    await model.dispose();
  }
}

it.each([
  ['convolutions, batch normalisations and two linear layers', './golden/peer.onnx'],
  ['the bundled model', '../../../models/shapes/model.onnx'],
])('y = sum x dy/dx + sum b dy/db: %s', (_name, file) => isComplete(file));

describe.skipIf(missing)(`on the models of others${missing ? ` (skipped: ${missing})` : ''}`, () => {
  it.each(['squeezenet-v1-0-both-formats/model.onnx', 'cifar10-resnet8-both-formats/model.onnx'])(
    'y = sum x dy/dx + sum b dy/db: %s',
    isComplete,
  );
});
