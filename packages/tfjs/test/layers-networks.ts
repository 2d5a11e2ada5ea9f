import { input, type LayersModel, layers, model, type SymbolicTensor, sequential } from '@tensorflow/tfjs-layers';
import { withWeights } from './seeded.ts';
import type { Subject } from './suite.ts';

export interface LayersSubject extends Subject {
  readonly make: () => LayersModel;
}

const conv = (filters: number, name: string, more: Partial<Parameters<typeof layers.conv2d>[0]> = {}) =>
  layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu', name, ...more });

/** The backbone of a transfer-learning model, a graph with a sum. */
function backbone(): LayersModel {
  const x = input({ shape: [12, 10, 3], name: 'pixels' });
  const a = conv(6, 'a', { strides: 2 }).apply(x) as SymbolicTensor;
  const b = conv(6, 'b', { activation: 'linear' }).apply(a) as SymbolicTensor;
  const sum = layers.add({ name: 'sum' }).apply([a, b]) as SymbolicTensor;
  const out = layers.reLU({ maxValue: 6, name: 'out_relu' }).apply(sum) as SymbolicTensor;
  return model({ inputs: x, outputs: out, name: 'backbone' });
}

export const networks: readonly LayersSubject[] = [
  {
    name: 'a Sequential',
    make: () =>
      sequential({
        layers: [
          conv(6, 'c1', { inputShape: [12, 10, 3], activation: 'linear' }),
          layers.batchNormalization({ name: 'norm' }),
          layers.leakyReLU({ name: 'leaky' }),
          layers.maxPooling2d({ poolSize: 2, name: 'pool' }),
          conv(8, 'c2'),
          layers.dropout({ rate: 0.5 }),
          layers.globalAveragePooling2d({ name: 'gap' }),
          layers.dense({ units: 5, activation: 'softmax', name: 'p' }),
        ],
      }),
    dims: [[3, 12, 10]],
    chosen: 'c2',
    layers: ['c1_input', 'c1', 'norm', 'leaky', 'pool', 'c2', 'gap'],
  },
  {
    name: 'a graph with branches',
    make: () => {
      const x = input({ shape: [11, 9, 3], name: 'x' });
      const stem = conv(6, 'stem').apply(x) as SymbolicTensor;
      const deep = layers
        .depthwiseConv2d({ kernelSize: 3, padding: 'same', name: 'deep' })
        .apply(stem) as SymbolicTensor;
      const apart = layers
        .separableConv2d({ filters: 6, kernelSize: 3, padding: 'same', activation: 'elu', name: 'apart' })
        .apply(deep) as SymbolicTensor;
      const average = layers
        .averagePooling2d({ poolSize: 3, strides: 1, padding: 'same', name: 'average' })
        .apply(stem) as SymbolicTensor;
      const wide = layers
        .conv2d({ filters: 4, kernelSize: 3, dilationRate: 2, padding: 'same', name: 'wide' })
        .apply(average) as SymbolicTensor;
      const sum = layers.add({ name: 'sum' }).apply([stem, apart]) as SymbolicTensor;
      const both = layers.concatenate({ name: 'both' }).apply([sum, wide]) as SymbolicTensor;
      const flat = layers.flatten({ name: 'flat' }).apply(both) as SymbolicTensor;
      const logits = layers.dense({ units: 5, name: 'logits' }).apply(flat) as SymbolicTensor;
      return model({ inputs: x, outputs: layers.softmax({ name: 'p' }).apply(logits) as SymbolicTensor });
    },
    dims: [[3, 11, 9]],
    chosen: 'both',
    layers: ['x', 'stem', 'deep', 'apart', 'average', 'wide', 'sum', 'both', 'flat'],
    bypassed: ['deep', 'apart', 'average', 'wide', 'sum'],
  },
  {
    name: 'models inside models',
    make: () => {
      const front = sequential({ layers: [backbone(), layers.globalAveragePooling2d({ name: 'gap' })], name: 'front' });
      const head = sequential({
        layers: [
          layers.dense({ units: 7, activation: 'relu', inputShape: [6], name: 'hidden' }),
          layers.dense({ units: 2, activation: 'softmax', name: 'p' }),
        ],
        name: 'head',
      });
      return sequential({ layers: [front, head] });
    },
    dims: [[3, 12, 10]],
    chosen: 'front/backbone/out_relu',
    layers: [
      'pixels',
      'front/backbone/a',
      'front/backbone/b',
      'front/backbone/sum',
      'front/backbone/out_relu',
      'front/gap',
      'head/hidden',
    ],
    bypassed: ['front/backbone/b'],
  },
  {
    name: 'a model called twice, two inputs and two outputs',
    make: () => {
      const twin = backbone();
      const left = input({ shape: [12, 10, 3], name: 'left' });
      const right = input({ shape: [12, 10, 3], name: 'right' });
      const one = twin.apply(left) as SymbolicTensor;
      const two = twin.apply(right) as SymbolicTensor;
      const joined = layers.concatenate({ name: 'joined' }).apply([one, two]) as SymbolicTensor;
      const shared = conv(12, 'shared', { activation: 'elu' });
      const again = shared.apply(shared.apply(joined) as SymbolicTensor) as SymbolicTensor;
      const pooled = layers.globalMaxPooling2d({ name: 'pooled' }).apply(again) as SymbolicTensor;
      const classes = layers
        .dense({ units: 4, activation: 'sigmoid', name: 'classes' })
        .apply(pooled) as SymbolicTensor;
      const box = layers.dense({ units: 3, name: 'box' }).apply(layers.flatten().apply(one)) as SymbolicTensor;
      return model({ inputs: [left, right], outputs: [classes, box] });
    },
    dims: [
      [3, 12, 10],
      [3, 12, 10],
    ],
    chosen: 'shared@2',
    layers: [
      'left',
      'right',
      'backbone/out_relu',
      'backbone/a@2',
      'backbone/out_relu@2',
      'joined',
      'shared',
      'shared@2',
      'pooled',
    ],
    bypassed: ['left', 'right', 'backbone/out_relu', 'backbone/a@2', 'backbone/out_relu@2'],
  },
  {
    name: 'channels first, one sigmoid unit',
    make: () =>
      sequential({
        layers: [
          layers.conv2d({
            inputShape: [3, 12, 10],
            filters: 6,
            kernelSize: 3,
            dataFormat: 'channelsFirst',
            activation: 'relu',
            name: 'c1',
          }),
          layers.maxPooling2d({ poolSize: 2, dataFormat: 'channelsFirst', name: 'pool' }),
          layers.globalAveragePooling2d({ dataFormat: 'channelsFirst', name: 'gap' }),
          layers.dense({ units: 1, activation: 'sigmoid', name: 'yes' }),
        ],
      }),
    dims: [[3, 12, 10]],
    chosen: 'pool',
    classIndex: 0,
    layers: ['c1', 'pool', 'gap'],
  },
  {
    name: 'a signal',
    make: () =>
      sequential({
        layers: [
          layers.conv1d({ inputShape: [20, 2], filters: 5, kernelSize: 3, activation: 'tanh', name: 'c1' }),
          layers.averagePooling1d({ poolSize: 3, strides: 1, padding: 'same', name: 'average' }),
          layers.conv1d({ filters: 5, kernelSize: 5, dilationRate: 2, activation: 'softplus', name: 'c2' }),
          layers.layerNormalization({ name: 'norm' }),
          layers.globalAveragePooling1d({ name: 'gap' }),
          layers.dense({ units: 3, name: 'logits' }),
          layers.activation({ activation: 'softmax', name: 'p' }),
        ],
      }),
    dims: [[2, 20]],
    chosen: 'norm',
    layers: ['c1', 'average', 'c2', 'norm'],
  },
  {
    name: 'up and down again, raw scores',
    make: () => {
      const x = input({ shape: [8, 8, 2], name: 'x' });
      const down = conv(5, 'down', { strides: 2 }).apply(x) as SymbolicTensor;
      const up = layers
        .upSampling2d({ size: [2, 2], interpolation: 'bilinear', name: 'up' })
        .apply(down) as SymbolicTensor;
      const back = layers
        .conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: 'same', activation: 'relu', name: 'back' })
        .apply(up) as SymbolicTensor;
      const slope = layers.prelu({ name: 'slope' }).apply(back) as SymbolicTensor;
      const padded = layers.zeroPadding2d({ padding: 1, name: 'padded' }).apply(slope) as SymbolicTensor;
      const maps = layers.conv2d({ filters: 4, kernelSize: 1, name: 'maps' }).apply(padded) as SymbolicTensor;
      return model({
        inputs: x,
        outputs: layers.globalAveragePooling2d({ name: 'scores' }).apply(maps) as SymbolicTensor,
      });
    },
    dims: [[2, 8, 8]],
    chosen: 'slope',
    layers: ['x', 'down', 'up', 'back', 'slope', 'padded', 'maps'],
  },
];

export const make = (network: LayersSubject): LayersModel => withWeights(network.make());
