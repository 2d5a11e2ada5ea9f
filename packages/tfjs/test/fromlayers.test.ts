import '@tensorflow/tfjs-backend-cpu';
import { memory, randomNormal, setBackend } from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { explain, fromLayersModel } from '../src/index.ts';

test('a small Sequential is explained', async () => {
  await setBackend('cpu');
  const net = sequential({
    layers: [
      layers.conv2d({ inputShape: [12, 10, 3], filters: 6, kernelSize: 3, activation: 'relu', name: 'c1' }),
      layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', name: 'c2' }),
      layers.globalAveragePooling2d({}),
      layers.dense({ units: 5, activation: 'softmax', name: 'p' }),
    ],
  });
  const before = memory().numTensors;
  const model = await fromLayersModel(net);
  const x = randomNormal([1, 3, 12, 10], 0, 1, 'float32', 1);
  const [explanation] = await explain(model, { data: x.dataSync<'float32'>(), dims: [1, 3, 12, 10] });
  x.dispose();
  expect(explanation?.layer.name).toBe('c2');
  expect(model.score).toEqual({ output: 'p/logits', kind: 'logit', activation: 'softmax' });
  expect(memory().numTensors).toBe(before);
});
