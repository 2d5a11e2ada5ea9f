import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import type { Tensor } from '@gradcam/core';
import { setBackend } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { fromLayersModel } from '../src/index.ts';
import { distance } from './differences.ts';
import { drawn, withWeights } from './seeded.ts';

const [CHANNELS, SIDE] = [4, 7];

type Layer = Parameters<ReturnType<typeof sequential>['add']>[0];

interface Pulled {
  readonly activation: Tensor;
  readonly gradient: Tensor;
  /** Of the class, by channel. */
  readonly head: readonly number[];
  readonly weights: readonly ArrayLike<number>[];
}

/** A feature map below zero, the layer in question, and a head of an average and one matrix. */
async function behind(layer: Layer): Promise<Pulled> {
  const net = withWeights(
    sequential({
      layers: [
        layers.conv2d({ inputShape: [SIDE, SIDE, 3], filters: CHANNELS, kernelSize: 1, name: 'features' }),
        layer,
        layers.globalAveragePooling2d({ name: 'gap' }),
        layers.dense({ units: 3, activation: 'softmax', name: 'head' }),
      ],
    }),
  );
  const [kernel] = net.getLayer('head').getWeights();
  const model = await fromLayersModel(net);
  const picture = drawn([1, 3, SIDE, SIDE], 5);
  const { activations } = await model.run(picture, { layers: ['features'] });
  const { dims, data } = activations.get('features') as Tensor;
  // far enough down that no value is positive
  const activation = { dims, data: data.map((value) => value - 20) };
  const gradient = await model.pull({ layer: 'features', activation }, [2]);
  const weights = (await kernel?.data()) ?? [];
  const head = Array.from({ length: CHANNELS }, (_, channel) => weights[channel * 3 + 2] as number);
  const own = await Promise.all(layer.getWeights().map((weight) => weight.data()));
  net.dispose();
  return { activation, gradient, head, weights: own };
}

const near = (i: number): number[] => [i - 1, i, i + 1].filter((j) => j >= 0 && j < SIDE);
const cellsOf = (row: number, column: number): number => row * SIDE + column;

/** What one cell gets of the averages it takes part in. */
const share = (row: number, column: number): number =>
  near(row).reduce(
    (sum, i) => sum + near(column).reduce((part, j) => part + 1 / (near(i).length * near(j).length), 0),
    0,
  );

describe.each(['cpu', 'wasm'])('%s', (backend) => {
  beforeAll(async () => {
    await setBackend(backend);
  });

  test('wasm MaxPool over all-negative windows', async () => {
    const { activation, gradient, head } = await behind(layers.maxPooling2d({ poolSize: 3, strides: 2, name: 'pool' }));
    expect(Math.max(...activation.data)).toBeLessThan(0);
    const expected = new Float64Array(activation.data.length);
    for (let channel = 0; channel < CHANNELS; channel++) {
      for (const top of [0, 2, 4])
        for (const left of [0, 2, 4]) {
          const window = [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => cellsOf(top + i, left + j)));
          const value = (cell: number): number => activation.data[channel * SIDE * SIDE + cell] as number;
          const best = window.reduce((a, b) => (value(b) > value(a) ? b : a));
          const at = channel * SIDE * SIDE + best;
          expected[at] = (expected[at] as number) + (head[channel] as number) / 9;
        }
    }
    expect(distance(gradient.data, expected)).toBeLessThan(1e-5);
  });

  test('SAME average pool in the tail', async () => {
    const pool = layers.averagePooling2d({ poolSize: 3, strides: 1, padding: 'same', name: 'pool' });
    const { gradient, head } = await behind(pool);
    const expected = Array.from({ length: gradient.data.length }, (_, at) => {
      const cell = at % (SIDE * SIDE);
      const channel = Math.floor(at / (SIDE * SIDE));
      return ((head[channel] as number) * share(Math.floor(cell / SIDE), cell % SIDE)) / (SIDE * SIDE);
    });
    expect(distance(gradient.data, expected)).toBeLessThan(1e-5);
  });

  test('batch normalisation without a scale, as Inception has it', async () => {
    const { gradient, head, weights } = await behind(layers.batchNormalization({ scale: false, name: 'norm' }));
    const [, , variance] = weights;
    const expected = Array.from(gradient.data, (_, at) => {
      const channel = Math.floor(at / (SIDE * SIDE));
      return (head[channel] as number) / (SIDE * SIDE) / Math.sqrt((variance?.[channel] as number) + 1e-3);
    });
    expect(distance(gradient.data, expected)).toBeLessThan(1e-5);
  });
});
