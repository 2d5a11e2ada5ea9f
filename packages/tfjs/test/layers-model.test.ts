import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { dispose, memory, setBackend } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromDevice, toDevice } from '../src/convert.ts';
import { chooseLayer, fromLayersModel, type Inputs, type Tensor, type TfjsModel } from '../src/index.ts';
import { differenceError, distance } from './differences.ts';
import { make, networks, type TestNetwork } from './layers-networks.ts';
import { allLayers, probed } from './probe.ts';
import { drawn } from './seeded.ts';

const CLASS = 1;

function inputsOf(network: TestNetwork, model: TfjsModel, count: number): Inputs {
  const tensors = network.dims.map((dims, i) => drawn([count, ...dims], 11 + i));
  if (tensors.length === 1) return tensors[0] as Tensor;
  return new Map(model.inputs.map(({ name }, i) => [name, tensors[i] as Tensor]));
}

describe.each(['cpu', 'wasm'])('%s', (backend) => {
  describe.each(networks)('$name', (network) => {
    let net: LayersModel;
    let model: TfjsModel;
    let inputs: Inputs;
    const classIndex = network.name.includes('one sigmoid') ? 0 : CLASS;
    beforeAll(async () => {
      await setBackend(backend);
      net = make(network);
      model = await fromLayersModel(net);
      inputs = inputsOf(network, model, 1);
    });
    afterAll(() => {
      net.dispose();
    });

    test('lists its layers and takes the right one', () => {
      expect(model.backend).toBe(`tfjs (${backend})`);
      expect(chooseLayer(model.layers).layer.name).toBe(network.chosen);
      const named = model.layers.filter(({ name }) => network.layers.includes(name));
      expect(named.map(({ name }) => name).toSorted()).toEqual(network.layers.toSorted());
      expect(
        named
          .filter(({ bypassed }) => bypassed)
          .map(({ name }) => name)
          .toSorted(),
      ).toEqual((network.bypassed ?? []).toSorted());
      expect(model.layers.filter(({ blocked }) => blocked.length > 0)).toEqual([]);
    });

    test('run, resume, pull and differences agree at every layer', async () => {
      const layers = model.layers.filter(({ onPath }) => onPath).map(({ name }) => name);
      const pass = await model.run(inputs, { layers, seed: [classIndex] });
      for (const layer of layers) {
        const activation = pass.activations.get(layer) as Tensor;
        const gradient = pass.gradients.get(layer) as Tensor;
        expect(gradient.dims, layer).toEqual(activation.dims);
        const point = { layer, activation, inputs };
        expect(distance((await model.resume(point)).output.data, pass.output.data), layer).toBeLessThan(1e-5);
        expect(distance((await model.pull(point, [classIndex])).data, gradient.data), layer).toBeLessThan(1e-5);
        expect(await differenceError(model, layer, activation, gradient, inputs, classIndex), layer).toBeLessThan(2e-2);
      }
    });

    test('a zero added inside the running model finds the same gradient', async ({ skip }) => {
      if (model.score.activation === null) return skip('the model ends in raw scores, of which there is no logarithm');
      const { score } = model;
      const layers = network.layers.filter((name) => !model.inputs.some((port) => port.name === name));
      const pass = await model.run(inputs, { layers });
      const [output] = pass.outputs.values();
      const p = output as Tensor;
      // d log p[c] / d logits
      const slope = p.data.map((value, i) =>
        score.activation === 'softmax' ? (i === classIndex ? 1 : 0) - value : i === classIndex ? 1 - value : 0,
      );
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
        value.dispose();
        oracle.dispose();
      }
      dispose(fed);
    });

    test('a batch gives what its samples give alone', async () => {
      const three = inputsOf(network, model, 3);
      const layers = [network.chosen];
      const together = await model.run(three, { layers, seed: 'top' });
      for (const index of [0, 1, 2]) {
        const alone = await model.run(one(three, index), { layers, seed: 'top' });
        for (const [a, b] of [
          [together.output, alone.output],
          [together.gradients.get(network.chosen), alone.gradients.get(network.chosen)],
        ]) {
          const size = b?.data.length ?? 0;
          expect(distance(a?.data.slice(index * size, (index + 1) * size), b?.data)).toBeLessThan(1e-5);
        }
      }
    });

    test('leaves the model as it was, and nothing on the device', async () => {
      const nodes = (): number[] => allLayers(net).map((layer) => layer.inboundNodes.length);
      const weights = (): number[][] => net.getWeights().map((weight) => Array.from(weight.dataSync()));
      const own = (): string[] => allLayers(net).map((layer) => Object.keys(layer).join());
      const before = { nodes: nodes(), weights: weights(), own: own(), tensors: memory().numTensors };
      const opened = await fromLayersModel(net);
      const pass = await opened.run(inputs, { layers: [network.chosen], seed: 'top' });
      const point = { layer: network.chosen, activation: pass.activations.get(network.chosen) as Tensor, inputs };
      await opened.resume(point);
      await opened.pull(point, 'top', { rule: 'guided' });
      await opened.dispose();
      expect({ nodes: nodes(), weights: weights(), own: own(), tensors: memory().numTensors }).toEqual(before);
    });
  });
});

function one(inputs: Inputs, index: number): Inputs {
  const sample = ({ data, dims }: Tensor): Tensor => {
    const size = data.length / (dims[0] ?? 1);
    return { data: data.slice(index * size, (index + 1) * size), dims: [1, ...dims.slice(1)] };
  };
  return inputs instanceof Map
    ? new Map([...inputs].map(([name, tensor]) => [name, sample(tensor)]))
    : sample(inputs as Tensor);
}
