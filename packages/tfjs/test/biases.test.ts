import '@tensorflow/tfjs-backend-cpu';
import { explain, fullGrad } from '@gradcam/core';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import { input, layers, model, type SymbolicTensor, sequential } from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import { fromLayersModel, type Tensor } from '../src/index.ts';
import { dot } from './differences.ts';
import { drawn, withWeights } from './seeded.ts';

beforeAll(async () => {
  await setBackend('cpu');
});

const apply = (layer: { apply(x: SymbolicTensor): unknown }, x: SymbolicTensor) => layer.apply(x) as SymbolicTensor;

/** A network of every kind of layer that adds, and of rectifiers and maxima between them. */
const rectified = (dataFormat: 'channelsFirst' | 'channelsLast') => {
  const shape = dataFormat === 'channelsFirst' ? [3, 9, 9] : [9, 9, 3];
  // on the CPU a batch normalisation along another axis than the last is refused
  const last = dataFormat === 'channelsLast';
  const x = input({ shape, name: 'x' });
  const stem = layers.conv2d({ filters: 9, kernelSize: 3, padding: 'same', dataFormat, name: 'stem' });
  const norm = (name: string, y: SymbolicTensor, more = {}) =>
    last ? apply(layers.batchNormalization({ name, ...more }), y) : y;
  const relu = apply(layers.reLU(), norm('norm', apply(stem, x)));
  const shared = layers.conv2d({ filters: 9, kernelSize: 3, padding: 'same', dataFormat, name: 'shared' });
  const once = apply(layers.prelu({ name: 'prelu' }), apply(shared, relu));
  const twice = apply(layers.leakyReLU({ alpha: 0.2 }), apply(shared, once));
  const sum = layers.add().apply([relu, norm('plain', twice, { scale: false, center: false })]) as SymbolicTensor;
  const pooled = apply(layers.maxPooling2d({ poolSize: 2, dataFormat }), sum);
  const hidden = apply(
    layers.reLU(),
    apply(layers.dense({ units: 6, name: 'hidden' }), apply(layers.flatten(), pooled)),
  );
  const p = apply(layers.dense({ units: 4, activation: 'softmax', name: 'p' }), hidden);
  return withWeights(model({ inputs: x, outputs: p }));
};

test.each(['channelsLast', 'channelsFirst'] as const)(
  '%s: input and biases, each times its gradient, add up to the score',
  async (dataFormat) => {
    const net = rectified(dataFormat);
    const before = memory().numTensors;
    const opened = await fromLayersModel(net);
    expect(memory().numTensors).toBe(before);
    const biased = opened.layers.filter(({ bias }) => bias);
    expect(biased.map(({ name }) => name)).toEqual(
      dataFormat === 'channelsLast'
        ? ['stem', 'norm', 'shared', 'shared@2', 'plain', 'hidden', 'p/logits']
        : ['stem', 'shared', 'shared@2', 'hidden', 'p/logits'],
    );
    const x = drawn([2, 3, 9, 9], 4);
    const { output, gradients } = await opened.run(x, {
      layers: ['x', ...biased.map(({ name }) => name)],
      seed: [1, 3],
    });
    for (const sample of [0, 1]) {
      const of = ({ data }: Tensor): Float32Array => {
        const length = data.length / 2;
        return data.subarray(sample * length, (sample + 1) * length);
      };
      let total = dot(of(gradients.get('x') as Tensor), of(x));
      for (const { name, bias } of biased) {
        const gradient = of(gradients.get(name) as Tensor);
        const values = bias as Float32Array;
        const positions = gradient.length / values.length;
        total += dot(
          gradient,
          gradient.map((_, at) => values[Math.floor(at / positions)] ?? Number.NaN),
        );
      }
      expect(total).toBeCloseTo(of(output)[[1, 3][sample] ?? 0] ?? Number.NaN, 4);
    }
    const [explanation] = await explain(opened, drawn([1, 3, 9, 9], 4), { method: fullGrad });
    expect(explanation?.map.data.some((value) => value > 0)).toBe(true);
  },
);

test('a bias in front of an activation of its own layer, along another axis or inside a wrapper is unknown', async () => {
  const net = sequential({
    layers: [
      layers.rescaling({ scale: 2, offset: -1, inputShape: [8, 8, 3], name: 'rescaled' }),
      layers.conv2d({ filters: 8, kernelSize: 3, padding: 'same', activation: 'relu', name: 'fused' }),
      layers.conv2d({
        filters: 8,
        kernelSize: 3,
        padding: 'same',
        activation: 'relu',
        useBias: false,
        name: 'without',
      }),
      layers.batchNormalization({ axis: 1, name: 'rows' }),
      layers.timeDistributed({ layer: layers.dense({ units: 8 }), name: 'wrapped' }),
      layers.flatten({ name: 'flat' }),
      layers.dense({ units: 3, name: 'p' }),
    ],
  });
  const opened = await fromLayersModel(withWeights(net));
  const known = opened.layers.filter(({ bias }) => bias !== undefined);
  expect(known.map(({ name, bias }) => [name, bias === 'unknown' ? bias : bias?.length])).toEqual([
    ['rescaled', 3],
    ['fused', 'unknown'],
    ['rows', 'unknown'],
    ['wrapped', 'unknown'],
    ['p', 3],
  ]);
  expect(known[0]?.bias).toEqual(Float32Array.of(-1, -1, -1));
});

test('FullGrad names the layers whose bias is unknown', async () => {
  const net = sequential({
    layers: [
      layers.conv2d({ filters: 8, kernelSize: 3, activation: 'relu', inputShape: [8, 8, 3], name: 'fused' }),
      layers.conv2d({ filters: 8, kernelSize: 3, name: 'linear' }),
      layers.flatten({ name: 'flat' }),
      layers.dense({ units: 3, name: 'p' }),
    ],
  });
  const opened = await fromLayersModel(withWeights(net));
  await expect(explain(opened, drawn([1, 3, 8, 8], 4), { method: fullGrad })).rejects.toThrow(
    '; fused (Conv2D) adds one',
  );
});

test('a batch normalisation along another axis is refused where TensorFlow.js computes it along the last', async () => {
  const net = sequential({
    layers: [
      layers.conv2d({ filters: 4, kernelSize: 3, dataFormat: 'channelsFirst', inputShape: [3, 8, 8], name: 'first' }),
      layers.batchNormalization({ axis: 1, name: 'norm' }),
      layers.flatten({ name: 'flat' }),
      layers.dense({ units: 3, name: 'p' }),
    ],
  });
  const opened = await fromLayersModel(withWeights(net));
  const blocked = new Map(opened.layers.map((layer) => [layer.name, layer.blocked.map(({ node, op }) => [node, op])]));
  expect(blocked.get('first')).toEqual([['norm', 'FusedBatchNorm']]);
  expect(blocked.get('norm')).toEqual([]);
  await expect(opened.run(drawn([1, 3, 8, 8], 4), { layers: ['first'], seed: 'top' })).rejects.toThrow(
    'the cpu backend normalises along the last axis though another is asked for',
  );
});
