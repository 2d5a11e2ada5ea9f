import '@tensorflow/tfjs-backend-cpu';
import { getGradient } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { eigenCam, explain, fromGraphModel } from '../src/index.ts';
import { graphModel } from './graph.ts';
import { networks } from './graph-networks.ts';
import { drawn } from './seeded.ts';

const [network] = networks as [(typeof networks)[number]];
const x = drawn([1, 3, 12, 10], 2);

// core, the converter and a backend register no gradients in Node
test('without registered gradients the error says what to import, and gradient-free methods work', async () => {
  expect(getGradient('Relu')).toBeUndefined();
  const model = await fromGraphModel(await graphModel(network.spec));
  await expect(explain(model, x)).rejects.toMatchObject({ code: 'no-gradient' });
  await expect(explain(model, x)).rejects.toThrow("import '@tensorflow/tfjs' or '@tensorflow/tfjs-layers'");
  await expect(model.run(x, { layers: ['r2'], seed: 'top' })).rejects.toThrow("'@tensorflow/tfjs-layers'");
  const [explanation] = await explain(model, x, { method: eigenCam });
  expect(explanation?.map.dims).toEqual([6, 5]);
  expect(getGradient('Relu')).toBeUndefined();
});
