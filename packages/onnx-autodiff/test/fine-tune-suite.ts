import { readFileSync } from 'node:fs';
import type { InferenceSession, Tensor } from 'onnxruntime-common';
import { describe, expect, test } from 'vitest';
import { fineTuneHead } from '../examples/fine-tune-head.ts';
import { AutodiffError, withWeights } from '../src/index.ts';
import { model } from './models/build.ts';

/** Made by tools/goldens-fine-tune/make.py. */
interface Golden {
  readonly steps: number;
  readonly rate: number;
  readonly images: readonly number[];
  readonly labels: readonly number[];
  readonly filters: readonly number[];
  readonly offsets: readonly number[];
  readonly before: { readonly weight: readonly number[]; readonly bias: readonly number[] };
  readonly after: Golden['before'];
  readonly losses: readonly number[];
}

const golden = JSON.parse(readFileSync(new URL('goldens/fine-tune.json', import.meta.url), 'utf8')) as Golden;

const classifier = model({
  opset: 17,
  inputs: { x: ['N', 1, 8, 8] },
  constants: {
    filters: { dims: [6, 1, 3, 3], values: golden.filters },
    offsets: { dims: [6], values: golden.offsets },
    weight: { dims: [4, 6], values: golden.before.weight },
    bias: { dims: [4], values: golden.before.bias, field: true },
  },
  nodes: [
    ['Conv', ['x', 'filters', 'offsets'], ['c'], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }],
    ['Relu', ['c'], ['r']],
    ['GlobalAveragePool', ['r'], ['p']],
    ['Flatten', ['p'], ['features']],
    ['Gemm', ['features', 'weight', 'bias'], ['logits'], { transB: 1 }],
    ['Softmax', ['logits'], ['probabilities'], { axis: 1 }],
  ],
  outputs: { probabilities: ['N', 4], features: ['N', 6] },
});

const head = { features: 'features', weight: 'weight', bias: 'bias', logits: 'logits' };
const largest = (a: ArrayLike<number>, b: readonly number[]): number =>
  b.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (a[i] as number))), 0);

interface Runtime {
  readonly InferenceSession: { create(bytes: Uint8Array): Promise<InferenceSession> };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => Tensor;
}

async function run(ort: Runtime, bytes: Uint8Array, output: string): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(bytes);
  const x = new ort.Tensor('float32', Float32Array.from(golden.images), [8, 1, 8, 8]);
  const results = await session.run({ x });
  await session.release();
  return results[output]?.data as Float32Array;
}

/** Trains the head on one runtime and compares with PyTorch. */
export function checkFineTuning(ort: Runtime, name: string): void {
  describe(`fine-tuning a head on ${name}`, () => {
    test('twenty steps match those of PyTorch, and the trained weights are in the file', async () => {
      const { steps, rate, labels } = golden;
      const start = { weight: Float32Array.from(golden.before.weight), bias: Float32Array.from(golden.before.bias) };
      const features = await run(ort, classifier, 'features');
      const {
        model: trained,
        losses,
        trained: parameters,
      } = await fineTuneHead(classifier, ort, head, start, { features, labels, steps, rate });
      expect(largest(losses, golden.losses)).toBeLessThan(1e-4);
      expect(losses.at(-1)).toBeLessThan((losses[0] as number) - 0.05);
      expect(largest(parameters.weight, golden.after.weight)).toBeLessThan(1e-4);
      expect(largest(parameters.bias, golden.after.bias)).toBeLessThan(1e-4);
      expect(largest(golden.before.weight, [...golden.after.weight])).toBeGreaterThan(1e-2);
      const probabilities = await run(ort, trained, 'probabilities');
      const loss = labels.reduce(
        (sum, label, n) => sum - Math.log(probabilities[4 * n + label] as number) / labels.length,
        0,
      );
      expect(loss).toBeLessThan(losses.at(-1) as number);
      expect(trained.length).toBe(classifier.length);
    });

    test('other values than the weights hold are refused', () => {
      expect(() => withWeights(classifier, new Map([['w', new Float32Array(1)]]))).toThrow(/no initializer w/);
      expect(() => withWeights(classifier, new Map([['bias', new Float32Array(3)]]))).toThrow(AutodiffError);
    });
  });
}
