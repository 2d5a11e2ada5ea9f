import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-layers';
import { setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe } from 'vitest';
import { fromGraphModel } from '../src/index.ts';
import { graphModel } from './graph.ts';
import { networks } from './graph-networks.ts';
import { checkModel } from './suite.ts';

describe.each(['cpu', 'wasm'])('%s', (backend) => {
  beforeAll(async () => {
    await setBackend(backend);
  });

  for (const network of networks) {
    checkModel(backend, network, async () => {
      const net = await graphModel(network.spec);
      return { model: await fromGraphModel(net), dispose: () => net.dispose() };
    });
  }
});
