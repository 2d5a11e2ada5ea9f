import { getBackend, removeBackend } from '@tensorflow/tfjs-core';
import { model as functional, input, layers, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { fromLayersModel } from '../src/index.ts';

test('without a backend the error says what to import', async () => {
  const x = input({ shape: [4, 4, 1] });
  const net = functional({ inputs: x, outputs: layers.flatten().apply(x) as SymbolicTensor });
  await expect(fromLayersModel(net)).rejects.toThrow(/import one first, for instance '@tensorflow\/tfjs-backend-wasm'/);
});

test('another backend than at opening is refused by name', async () => {
  await import('@tensorflow/tfjs-backend-cpu');
  await import('@tensorflow/tfjs-backend-wasm');
  const { setBackend } = await import('@tensorflow/tfjs-core');
  await setBackend('cpu');
  const net = functional(
    (() => {
      const x = input({ shape: [8, 8, 1] });
      const maps = layers.conv2d({ filters: 2, kernelSize: 3 }).apply(x);
      return { inputs: x, outputs: layers.globalAveragePooling2d({}).apply(maps) as SymbolicTensor };
    })(),
  );
  const model = await fromLayersModel(net);
  const picture = { data: new Float32Array(64), dims: [1, 1, 8, 8] };
  await setBackend('wasm');
  await expect(model.run(picture)).rejects.toThrow(
    'tfjs (cpu): the backend is wasm now; set cpu again, or open the model again on wasm',
  );
  await setBackend('cpu');
  await expect(model.run(picture)).resolves.toBeDefined();
  expect(getBackend()).toBe('cpu');
  removeBackend('wasm');
});
