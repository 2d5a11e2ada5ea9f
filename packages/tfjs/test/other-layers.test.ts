import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { memory, serialization, setBackend, square, type Tensor as TfTensor, tidy } from '@tensorflow/tfjs-core';
import {
  model as functional,
  input,
  type LayersModel,
  layers,
  type SymbolicTensor,
  sequential,
} from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { fromLayersModel, type Tensor } from '../src/index.ts';
import { differenceError, distance } from './differences.ts';
import { drawn, withWeights } from './seeded.ts';

/** A layer of the user's own. */
class Squared extends layers.Layer {
  static className = 'Squared';
  override computeOutputShape<Shape>(shape: Shape): Shape {
    return shape;
  }
  override call(inputs: TfTensor | TfTensor[]): TfTensor {
    return tidy(() => square([inputs].flat()[0] as TfTensor));
  }
}
serialization.registerClass(Squared);

// the default initializer of recurrent weights needs chained operators, which tfjs-core alone has not
const recurrent = { recurrentInitializer: 'glorotUniform' } as const;
const dense = (units: number, name: string) => layers.dense({ units, name });

const networks: Readonly<Record<string, () => LayersModel>> = {
  'a recurrent layer': () =>
    sequential({
      layers: [
        layers.conv1d({ inputShape: [16, 3], filters: 4, kernelSize: 3, activation: 'relu' }),
        layers.lstm({ units: 5, ...recurrent }),
        dense(3, 'p'),
      ],
    }),
  'both directions': () =>
    sequential({
      layers: [
        layers.conv1d({ inputShape: [16, 3], filters: 4, kernelSize: 3, activation: 'relu' }),
        layers.bidirectional({ layer: layers.gru({ units: 5, ...recurrent }), mergeMode: 'concat' }),
        dense(3, 'p'),
      ],
    }),
  'a picture at each time': () =>
    sequential({
      layers: [
        layers.timeDistributed({
          inputShape: [4, 8, 8, 2],
          layer: layers.conv2d({ filters: 3, kernelSize: 3, activation: 'relu' }),
        }),
        layers.timeDistributed({ layer: layers.flatten() }),
        layers.lstm({ units: 4, ...recurrent }),
        dense(3, 'p'),
      ],
    }),
  'a recurrent convolution': () =>
    sequential({
      layers: [
        layers.convLstm2d({ inputShape: [3, 8, 8, 2], filters: 3, kernelSize: 3, ...recurrent }),
        layers.globalAveragePooling2d({}),
        dense(3, 'p'),
      ],
    }),
  'a layer of the user’s own': () => {
    const x = input({ shape: [8, 8, 3] });
    const maps = layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu' }).apply(x) as SymbolicTensor;
    const squares = new Squared({ name: 'squares' }).apply(maps) as SymbolicTensor;
    return functional({ inputs: x, outputs: dense(3, 'p').apply(layers.flatten().apply(squares)) as SymbolicTensor });
  },
  attention: () => {
    const x = input({ shape: [6, 8] });
    const [q, k] = ['q', 'k'].map((name) => dense(8, name).apply(x) as SymbolicTensor) as [
      SymbolicTensor,
      SymbolicTensor,
    ];
    const weights = layers
      .softmax({ axis: -1 })
      .apply(layers.dot({ axes: [2, 2] }).apply([q, k]) as SymbolicTensor) as SymbolicTensor;
    const seen = layers.dot({ axes: [2, 1] }).apply([weights, x]) as SymbolicTensor;
    const pooled = layers.globalAveragePooling1d({}).apply(layers.layerNormalization().apply(seen)) as SymbolicTensor;
    return functional({ inputs: x, outputs: dense(3, 'p').apply(pooled) as SymbolicTensor });
  },
};

describe.each(['cpu', 'wasm'])('%s', (backend) => {
  beforeAll(async () => {
    await setBackend(backend);
  });

  test.each(Object.entries(networks))('%s: gradients and differences agree at every layer', async (_, make) => {
    const model = await fromLayersModel(withWeights(make()));
    const before = memory().numTensors;
    const x = drawn([1, ...(model.inputs[0]?.dims.slice(1) ?? []).map((dim) => dim ?? 1)], 3);
    const names = model.layers.map(({ name }) => name);
    const pass = await model.run(x, { layers: names, seed: [1] });
    for (const layer of names) {
      const [activation, gradient] = [pass.activations.get(layer) as Tensor, pass.gradients.get(layer) as Tensor];
      const pulled = await model.pull({ layer, activation, inputs: x }, [1]);
      expect(distance(pulled.data, gradient.data), layer).toBeLessThan(1e-5);
      expect(await differenceError(model, layer, activation, gradient, x, 1), layer).toBeLessThan(2e-2);
    }
    expect(memory().numTensors).toBe(before);
  });

  test('words: the gradient of their numbers is zero, that of their embedding is not', async () => {
    const net = sequential({
      layers: [
        layers.embedding({ inputDim: 20, outputDim: 6, inputLength: 12, name: 'words' }),
        layers.conv1d({ filters: 4, kernelSize: 3, activation: 'relu' }),
        layers.globalAveragePooling1d({}),
        dense(3, 'p'),
      ],
    });
    const model = await fromLayersModel(withWeights(net));
    const x = { data: Float32Array.from({ length: 12 }, (_, i) => (7 * i) % 20), dims: [1, 12] };
    const [numbers = ''] = model.layers.map(({ name }) => name);
    const { activations, gradients } = await model.run(x, { layers: [numbers, 'words'], seed: [1] });
    expect(gradients.get(numbers)?.data).toEqual(new Float32Array(12));
    const [activation, gradient] = [activations.get('words') as Tensor, gradients.get('words') as Tensor];
    expect(await differenceError(model, 'words', activation, gradient, x, 1)).toBeLessThan(2e-2);
  });
});

test('what a cut network would lose is refused by name', async () => {
  const masking = sequential({
    layers: [
      layers.embedding({ inputDim: 9, outputDim: 4, inputLength: 5, maskZero: true, name: 'words' }),
      layers.flatten(),
      dense(3, 'p'),
    ],
  });
  await expect(fromLayersModel(masking)).rejects.toThrow('layer words (Embedding) makes a mask');
  const state = layers.lstm({ units: 3, stateful: true, batchInputShape: [1, 5, 2], name: 'memory', ...recurrent });
  await expect(fromLayersModel(sequential({ layers: [state, dense(3, 'p')] }))).rejects.toThrow(
    'layer memory (LSTM) keeps a state between calls',
  );
});
