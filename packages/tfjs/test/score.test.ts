import '@tensorflow/tfjs-backend-wasm';
import { setBackend } from '@tensorflow/tfjs-core';
import { model as functional, input, type LayersModel, layers, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { beforeAll, describe, expect, test } from 'vitest';
import { explain, findLayer, fromGraphModel, fromLayersModel, type Tensor } from '../src/index.ts';
import { distance } from './differences.ts';
import { type GraphSpec, graphModel } from './graph.ts';
import { drawn, withWeights } from './seeded.ts';

beforeAll(async () => {
  await setBackend('wasm');
});

const x = drawn([1, 3, 8, 8], 4);

/** A convolution, and what `head` makes of its mean. */
function network(head: (mean: SymbolicTensor) => SymbolicTensor | SymbolicTensor[]): LayersModel {
  const pixels = input({ shape: [8, 8, 3], name: 'pixels' });
  const maps = layers.conv2d({ filters: 6, kernelSize: 3, activation: 'relu', name: 'maps' }).apply(pixels);
  const mean = layers.globalAveragePooling2d({ name: 'mean' }).apply(maps) as SymbolicTensor;
  return withWeights(functional({ inputs: pixels, outputs: head(mean) }));
}

const dense = (units: number, name: string, activation?: 'softmax' | 'sigmoid') =>
  layers.dense({ units, name, ...(activation ? { activation } : {}) });

describe('the score of a LayersModel', () => {
  test('is behind the softmax of the last layer, its own activation left where it is', async () => {
    const net = network((mean) => dense(4, 'p', 'softmax').apply(mean) as SymbolicTensor);
    const model = await fromLayersModel(net);
    expect(model.score).toEqual({ output: 'p/logits', kind: 'logit', activation: 'softmax' });
    const { output, outputs } = await model.run(x);
    const p = outputs.get('p')?.data as Float32Array;
    const logs = output.data.map((z) => z - Math.log(output.data.reduce((sum, value) => sum + Math.exp(value), 0)));
    expect(distance(p, logs.map(Math.exp))).toBeLessThan(1e-6);
    expect(net.getLayer('p').getConfig()).toMatchObject({ activation: 'softmax' });
  });

  test('is found through a reshape behind the softmax, and a dropout in front of nothing', async () => {
    const model = await fromLayersModel(
      network((mean) => {
        const logits = dense(4, 'logits').apply(mean);
        const p = layers.softmax({ name: 'p' }).apply(logits);
        return layers.reshape({ targetShape: [4], name: 'out' }).apply(p) as SymbolicTensor;
      }),
    );
    expect(model.score).toEqual({ output: 'logits', kind: 'logit', activation: 'softmax' });
  });

  test('is called a probability where no softmax can be looked behind, and explained with a warning', async () => {
    const model = await fromLayersModel(
      network((mean) => {
        const two = ['a', 'b'].map((name) => dense(4, name, 'softmax').apply(mean) as SymbolicTensor);
        return layers.average({ name: 'vote' }).apply(two) as SymbolicTensor;
      }),
    );
    expect(model.score).toEqual({ output: 'vote', kind: 'probability', activation: null });
    const [explanation] = await explain(model, x);
    expect(explanation?.warnings.map(({ code }) => code)).toContain('squashed-score');
  });

  test('is another output or layer on request, and refused where it cannot be one', async () => {
    const net = network((mean) => [
      dense(4, 'p', 'softmax').apply(mean) as SymbolicTensor,
      dense(1, 'age').apply(mean) as SymbolicTensor,
      dense(1, 'adult', 'sigmoid').apply(mean) as SymbolicTensor,
    ]);
    expect((await fromLayersModel(net, { output: 'adult' })).score).toEqual({
      output: 'adult/logits',
      kind: 'logit',
      activation: 'sigmoid',
    });
    expect((await fromLayersModel(net, { output: 'age' })).score).toMatchObject({ output: 'age', activation: null });
    expect((await fromLayersModel(net, { score: 'p' })).score).toMatchObject({ output: 'p', kind: 'probability' });
    expect((await fromLayersModel(net, { output: 2 })).score.output).toBe('adult/logits');
    await expect(fromLayersModel(net, { output: 3 })).rejects.toThrow('output 3 cannot be the score');
    await expect(fromLayersModel(net, { output: 'nothing' })).rejects.toThrow(
      /nothing cannot be the score.*p, age, adult/,
    );
    await expect(fromLayersModel(net, { score: 'nothing' })).rejects.toMatchObject({ code: 'bad-option' });
    const model = await fromLayersModel(net, { output: 'adult' });
    const { output, gradients } = await model.run(x, { layers: ['maps'], seed: 'top' });
    const { gradients: plain } = await model.run(x, { layers: ['maps'], seed: [0] });
    // a lone unit below zero has decided against: that is explained
    const sign = (output.data[0] as number) < 0 ? -1 : 1;
    const expected = plain.get('maps')?.data.map((value) => sign * value);
    expect(distance(gradients.get('maps')?.data, expected)).toBeLessThan(1e-6);
  });
});

const spec: GraphSpec = {
  inputs: { x: { dims: [-1, 8, 8, 3], type: 'DT_INT32' } },
  nodes: [
    ['Cast', 'floats', ['x'], { SrcT: 'DT_INT32', DstT: 'DT_FLOAT' }],
    [
      'Conv2D',
      'maps',
      ['floats', 'w'],
      { strides: [1, 1, 1, 1], padding: 'SAME', dilations: [1, 1, 1, 1], data_format: 'NHWC' },
    ],
    ['Cumprod', 'powers', ['maps', 'axis'], { exclusive: false, reverse: false }],
    ['Mean', 'logits', ['powers', 'axes'], { keep_dims: false }],
  ],
  weights: {
    w: { dims: [1, 1, 3, 4] },
    axis: { dims: [], values: [1], type: 'int32' },
    axes: { dims: [2], values: [1, 2], type: 'int32' },
  },
  outputs: ['logits'],
};

describe('a GraphModel', () => {
  test('takes whole numbers where its input is of whole numbers', async () => {
    const model = await fromGraphModel(await graphModel(spec));
    const whole: Tensor = { data: x.data.map((value) => Math.round(10 * value)), dims: x.dims };
    await expect(model.run(whole)).resolves.toBeDefined();
    await expect(model.run(x)).rejects.toThrow(/input x wants int32 values.*do not scale/);
    expect(model.inputs[0]).toMatchObject({ type: 'int32', dims: [null, 3, 8, 8] });
    await expect(model.run(whole, { layers: ['x'], seed: 'top' })).rejects.toThrow(/whole numbers have no gradient/);
  });

  test('resizes whole numbers into fractions before it does anything else', async () => {
    const resize = ['ResizeBilinear', 'floats', ['x', 'size'], { T: 'DT_INT32', align_corners: false }] as const;
    const net = await graphModel({
      ...spec,
      nodes: [resize, ...spec.nodes.slice(1, 2), ['Mean', 'logits', ['maps', 'axes'], {}]],
      weights: { ...spec.weights, size: { dims: [2], values: [6, 5], type: 'int32' } },
    });
    const model = await fromGraphModel(net);
    const whole: Tensor = { data: x.data.map((value) => Math.round(10 * value)), dims: x.dims };
    const { gradients } = await model.run(whole, { layers: ['maps'], seed: [1] });
    expect(gradients.get('maps')?.dims).toEqual([1, 4, 6, 5]);
  });

  test('names the operator that no gradient passes, for the layers in front of it alone', async () => {
    const model = await fromGraphModel(await graphModel(spec));
    expect(findLayer(model.layers, 'maps').blocked).toMatchObject([{ node: 'powers', op: 'Cumprod' }]);
    expect(findLayer(model.layers, 'powers').blocked).toEqual([]);
    const whole: Tensor = { data: x.data.map((value) => Math.round(10 * value)), dims: x.dims };
    await expect(model.run(whole, { layers: ['maps'], seed: 'top' })).rejects.toThrow(/powers \(Cumprod\)/);
  });

  test('takes an output with a value per class before one with a value per position: outputs come in any order', async () => {
    const nodes: GraphSpec['nodes'] = [...spec.nodes.slice(0, 2), ['Mean', 'logits', ['maps', 'axes'], {}]];
    const net = await graphModel({ ...spec, nodes, outputs: ['maps', 'logits'] });
    expect((await fromGraphModel(net)).score.output).toBe('logits');
    expect((await fromGraphModel(net, { output: 'maps' })).score.output).toBe('maps');
    const alone = await fromGraphModel(await graphModel({ ...spec, nodes, outputs: ['maps'] }));
    expect(alone.score.output).toBe('maps');
  });

  test('is found by the name of its signature', async () => {
    const model = await fromGraphModel(await graphModel(spec));
    expect(findLayer(model.layers, 'the_logits').name).toBe('logits');
    expect((await fromGraphModel(await graphModel(spec), { output: 'the_logits' })).score.output).toBe('logits');
  });
});
