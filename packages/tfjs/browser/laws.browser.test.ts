import '@tensorflow/tfjs-backend-webgl';
import '@tensorflow/tfjs-backend-webgpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe } from 'vitest';
import { fromGraphModel, fromLayersModel } from '../src/index.ts';
import { graphModel } from '../test/graph.ts';
import { networks as graphs } from '../test/graph-networks.ts';
import { make, networks } from '../test/layers-networks.ts';
import { checkModel } from '../test/suite.ts';

setWasmPaths(simd.slice(0, simd.lastIndexOf('/') + 1));

const layered = networks.filter(({ name }) => /branches|inside/.test(name));
const graphed = graphs.filter(({ name }) => /residual/.test(name));

describe.each(['webgl', 'webgpu', 'wasm'])('%s', (backend) => {
  beforeAll(async () => {
    await setBackend(backend);
  });

  for (const network of layered) {
    checkModel(backend, network, async () => {
      const net = make(network);
      return { model: await fromLayersModel(net), dispose: () => net.dispose() };
    });
  }

  for (const network of graphed) {
    checkModel(backend, network, async () => {
      const net = await graphModel(network.spec);
      return { model: await fromGraphModel(net), dispose: () => net.dispose() };
    });
  }
});
