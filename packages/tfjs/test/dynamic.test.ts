import '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-layers';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { explain, fromGraphModel, type Tensor } from '../src/index.ts';
import { type GraphSpec, graphModel } from './graph.ts';
import { drawn } from './seeded.ts';

beforeAll(async () => {
  await setBackend('wasm');
});

const CONV = { strides: [1, 1, 1, 1], padding: 'SAME', dilations: [1, 1, 1, 1], data_format: 'NHWC' };
const x = drawn([1, 3, 8, 8], 4);

/** A classifier whose second output lists the classes above zero: a result of its own size. */
const selecting: GraphSpec = {
  inputs: { x: { dims: [-1, 8, 8, 3] } },
  nodes: [
    ['Conv2D', 'c1', ['x', 'w1'], CONV],
    ['Relu', 'r1', ['c1']],
    ['Mean', 'logits', ['r1', 'axes'], { keep_dims: false }],
    ['Greater', 'above', ['logits', 'half']],
    ['Where', 'chosen', ['above']],
    ['Cast', 'numbers', ['chosen'], { SrcT: 'DT_INT32', DstT: 'DT_FLOAT' }],
  ],
  weights: {
    w1: { dims: [3, 3, 3, 4] },
    axes: { dims: [2], values: [1, 2], type: 'int32' },
    half: { dims: [], values: [0.5] },
  },
  outputs: ['logits', 'numbers'],
};

test('a score in front of a dynamic operator is explained; an output of its own size is left out', async () => {
  const net = await graphModel(selecting);
  const before = memory().numTensors;
  const model = await fromGraphModel(net);
  expect(model.outputs.map(({ name }) => name)).toEqual(['logits']);
  const [explanation] = await explain(model, x, { layer: 'r1' });
  expect(explanation?.warnings.map(({ code }) => code)).toEqual(['class-map']); // the head is only a mean
  expect(explanation?.map.data.some((value) => value !== 0)).toBe(true);
  expect(memory().numTensors).toBe(before);
  await expect(fromGraphModel(net, { output: 'numbers' })).rejects.toMatchObject({ code: 'bad-option' });
});

test('behind a dynamic operator the gradient is refused, and the operator named', async () => {
  const net = await graphModel({
    ...selecting,
    nodes: [
      ...selecting.nodes.slice(0, 5),
      ['Size', 'many', ['chosen'], { out_type: 'DT_INT32' }],
      ['Cast', 'number', ['many'], { SrcT: 'DT_INT32', DstT: 'DT_FLOAT' }],
      ['Mul', 'scaled', ['logits', 'number']],
    ],
    outputs: ['scaled'],
  });
  const before = memory().numTensors;
  const model = await fromGraphModel(net);
  const layer = model.layers.find(({ name }) => name === 'r1');
  expect(layer).toMatchObject({ onPath: true, blocked: [{ node: 'chosen', op: 'Where' }] });
  const pass = await model.run(x, { layers: ['r1'] });
  const activation = pass.activations.get('r1') as Tensor;
  const { output } = await model.resume({ layer: 'r1', activation });
  expect(output).toEqual(pass.output);
  await expect(model.run(x, { layers: ['r1'], seed: 'top' })).rejects.toThrow(/chosen \(Where\).*no gradient/);
  await expect(explain(model, x)).rejects.toMatchObject({ code: 'no-gradient' });
  expect(memory().numTensors).toBe(before);
});

/** `of` doubled twice, by a loop of TensorFlow 1. */
const loop = (of: string, to: string): GraphSpec['nodes'] => [
  ['Enter', `${to}/enter`, [of], { frame_name: to, is_constant: false, parallel_iterations: 1 }],
  ['Enter', `${to}/count`, ['start'], { frame_name: to, is_constant: false, parallel_iterations: 1 }],
  ['Merge', `${to}/value`, [`${to}/enter`, `${to}/next`], { N: 2 }],
  ['Merge', `${to}/step`, [`${to}/count`, `${to}/next_step`], { N: 2 }],
  ['Less', `${to}/less`, [`${to}/step`, `${to}/limit`]],
  ['Enter', `${to}/limit`, ['limit'], { frame_name: to, is_constant: true, parallel_iterations: 1 }],
  ['LoopCond', `${to}/cond`, [`${to}/less`]],
  ['Switch', `${to}/switch`, [`${to}/value`, `${to}/cond`]],
  ['Switch', `${to}/switch_step`, [`${to}/step`, `${to}/cond`]],
  ['Enter', `${to}/one`, ['unit'], { frame_name: to, is_constant: true, parallel_iterations: 1 }],
  ['AddV2', `${to}/more`, [`${to}/switch_step:1`, `${to}/one`]],
  ['AddV2', `${to}/doubled`, [`${to}/switch:1`, `${to}/switch:1`]],
  ['NextIteration', `${to}/next`, [`${to}/doubled`]],
  ['NextIteration', `${to}/next_step`, [`${to}/more`]],
  ['Exit', to, [`${to}/switch`]],
];

test('an old while loop in front of the layer runs, and one behind it is refused by name', async () => {
  const weights = {
    ...selecting.weights,
    start: { dims: [], values: [0] },
    limit: { dims: [], values: [2] },
    unit: { dims: [], values: [1] },
  };
  const inFront = await graphModel({
    inputs: selecting.inputs,
    weights,
    nodes: [...loop('x', 'looped'), ['Conv2D', 'c1', ['looped', 'w1'], CONV], ...selecting.nodes.slice(1, 3)],
    outputs: ['logits'],
  });
  const model = await fromGraphModel(inFront);
  const pass = await model.run(x, { layers: ['r1'], seed: 'top' });
  const four: Tensor = { data: x.data.map((value) => 4 * value), dims: x.dims };
  const plain = await (await fromGraphModel(await graphModel({ ...selecting, outputs: ['logits'] }))).run(four, {
    layers: ['r1'],
    seed: 'top',
  });
  expect(pass.output.data).toEqual(plain.output.data);
  expect(pass.gradients.get('r1')).toEqual(plain.gradients.get('r1'));
  await expect(model.run(x, { layers: ['x'], seed: 'top' })).rejects.toThrow(/Switch|Merge|Enter/);
});
