import '@tensorflow/tfjs-backend-cpu';
import { setBackend, tensor1d, tidy, topk } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { fromGraphModel, fromLayersModel } from '../src/index.ts';
import { graphModel } from './graph.ts';
import { networks as graphs } from './graph-networks.ts';
import { make, networks } from './layers-networks.ts';

test('models opened together, while others use TensorFlow.js too, are what they are when opened alone', async () => {
  await setBackend('cpu');
  const nets = networks.map(make);
  const graph = await Promise.all(graphs.map(({ spec }) => graphModel(spec)));
  const openers = [...nets.map((net) => () => fromLayersModel(net)), ...graph.map((net) => () => fromGraphModel(net))];
  const opened = new AbortController();
  const others = async (): Promise<void> => {
    // an operator without a gradient, which would block every layer it is taken to belong to
    while (!opened.signal.aborted) {
      tidy(() => topk(tensor1d([1, 2, 3]), 1));
      await Promise.resolve();
    }
  };
  const running = others();
  const together = await Promise.all(openers.map((open) => open()));
  opened.abort();
  await running;
  for (const [i, open] of openers.entries()) {
    const alone = await open();
    expect(together[i]?.layers).toEqual(alone.layers);
    expect(together[i]?.score).toEqual(alone.score);
    expect(together[i]?.inputs).toEqual(alone.inputs);
  }
});
