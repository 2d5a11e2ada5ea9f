import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { dispose, memory, setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { fromDevice, toDevice } from '../src/convert.ts';
import { fromLayersModel, type Tensor } from '../src/index.ts';
import { distance } from './differences.ts';
import { make, networks } from './layers-networks.ts';
import { allLayers, probed } from './probe.ts';
import { checkModel, inputsOf } from './suite.ts';

describe.each(['cpu', 'wasm'])('%s', (backend) => {
  beforeAll(async () => {
    await setBackend(backend);
  });

  for (const network of networks) {
    checkModel(backend, network, async () => {
      const net = make(network);
      return { model: await fromLayersModel(net), dispose: () => net.dispose() };
    });

    test(`${network.name}: a zero added inside the running model finds the same gradient`, async ({ skip }) => {
      const net = make(network);
      const model = await fromLayersModel(net);
      const { score } = model;
      if (score.activation === null) return skip('the model ends in raw scores, of which there is no logarithm');
      const classIndex = network.classIndex ?? 1;
      const inputs = inputsOf(network, model, 1);
      const layers = network.layers.filter((name) => !model.inputs.some((port) => port.name === name));
      const pass = await model.run(inputs, { layers });
      const [p] = [...pass.outputs.values()] as [Tensor];
      // d log p[c] / d logits
      const softmax = score.activation === 'softmax';
      const slope = p.data.map((value, i) => (i === classIndex ? 1 - value : softmax ? -value : 0));
      const fed = model.inputs.map(({ name, channelsLast }) => {
        const tensor = inputs instanceof Map ? (inputs.get(name) as Tensor) : (inputs as Tensor);
        return toDevice(name, tensor, 'float32', channelsLast === true);
      });
      for (const layer of layers) {
        const activation = pass.activations.get(layer) as Tensor;
        const pulled = await model.pull({ layer, activation, inputs }, { data: slope, dims: p.dims });
        const [path = ''] = layer.split('@');
        const last = activation.dims.length > 2 && !network.name.startsWith('channels first');
        const value = toDevice(layer, activation, 'float32', last);
        const oracle = probed(net, path.split('/').at(-1) as string, value, fed, classIndex, backend);
        expect(distance(pulled.data, (await fromDevice(oracle, last)).data), layer).toBeLessThan(1e-5);
        dispose([value, oracle]);
      }
      dispose(fed);
      net.dispose();
    });

    test(`${network.name}: the model is as it was, and nothing stays on the device`, async () => {
      const net = make(network);
      const state = (): unknown => ({
        calls: allLayers(net).map((layer) => [layer.inboundNodes.length, layer.outboundNodes.length]),
        weights: net.getWeights().map((weight) => Array.from(weight.dataSync())),
        own: allLayers(net).map((layer) => Object.entries(layer).filter(([, value]) => typeof value !== 'object')),
        activations: allLayers(net).map((layer) => ('activation' in layer ? layer.activation : null)),
        tensors: memory().numTensors,
      });
      const before = state();
      const model = await fromLayersModel(net);
      const inputs = inputsOf(network, model, 1);
      const pass = await model.run(inputs, { layers: [network.chosen], seed: 'top' });
      const activation = pass.activations.get(network.chosen) as Tensor;
      const point = { layer: network.chosen, activation, inputs };
      await model.resume(point);
      await model.pull(point, 'top', { rule: 'guided' });
      await model.dispose();
      expect(state()).toEqual(before);
      net.dispose();
    });
  }
});

test('a layer is also called by its own name, and a model by what it makes', async () => {
  const nested = networks.find(({ name }) => name === 'models inside models') as (typeof networks)[number];
  const { layers } = await fromLayersModel(make(nested));
  const aliases = new Map(layers.map((layer) => [layer.name, layer.aliases]));
  expect(aliases.get('front/backbone/a')).toEqual(['a']);
  expect(aliases.get('front/backbone/out_relu')).toEqual(['out_relu', 'front/backbone']);
});
