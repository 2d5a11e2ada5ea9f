import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { setBackend } from '@tensorflow/tfjs-core';
import { type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers';
import { describe, expect, test } from 'vitest';
import { fromLayersModel, type Tensor } from '../src/index.ts';
import { distance } from './differences.ts';
import type { Layer } from './probe.ts';
import { drawn } from './seeded.ts';

/** The gradient of the first channel's mean behind `tail` at the convolution in front of it, whose values are `activation`. */
async function gradientBehind(tail: Layer, activation: Tensor): Promise<Float32Array> {
  const net: LayersModel = sequential({
    layers: [
      layers.conv2d({
        inputShape: [...activation.dims.slice(2), 1],
        filters: activation.dims[1] as number,
        kernelSize: 1,
        name: 'c',
      }),
      tail,
      layers.globalAveragePooling2d({}),
    ],
  });
  const model = await fromLayersModel(net);
  const { data } = await model.pull({ layer: 'c', activation }, [0]);
  net.dispose();
  return data;
}

/** How many of four cells a window of three centred at i holds, and what a cell takes part in. */
const count = (i: number): number => (i === 0 || i === 3 ? 2 : 3);
const share = (i: number): number => [i - 1, i, i + 1].reduce((sum, j) => sum + (j < 0 || j > 3 ? 0 : 1 / count(j)), 0);

describe.each(['cpu', 'wasm'])('what tfjs alone gets wrong, on %s', (backend) => {
  test('a SAME average pool: cells at the border share their mean among fewer', async () => {
    await setBackend(backend);
    const dims = [1, 1, 4, 4];
    const tail = layers.averagePooling2d({ poolSize: 3, strides: 1, padding: 'same' });
    // d mean / d cell: 1/16 of the sum over the windows that hold the cell, each divided by its number of cells
    const expected = Array.from({ length: 16 }, (_, cell) => (share(cell >> 2) * share(cell & 3)) / 16);
    expect(distance(await gradientBehind(tail, drawn(dims, 3)), expected)).toBeLessThan(1e-6);
  });

  test('a maximum pool over windows of negative values keeps their gradient', async () => {
    await setBackend(backend);
    const activation = { data: drawn([1, 1, 4, 4], 3).data.map((value) => -1 - Math.abs(value)), dims: [1, 1, 4, 4] };
    const gradient = await gradientBehind(layers.maxPooling2d({ poolSize: 2 }), activation);
    const expected = new Float32Array(16);
    for (const [row, column] of [
      [0, 0],
      [0, 2],
      [2, 0],
      [2, 2],
    ] as const) {
      const cells = [0, 1, 4, 5].map((step) => 4 * row + column + step);
      const top = cells.reduce((best, cell) =>
        (activation.data[cell] as number) > (activation.data[best] as number) ? cell : best,
      );
      expected[top] = 1 / 4;
    }
    expect(distance(gradient, expected)).toBeLessThan(1e-6);
  });
});
