import '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-layers';
import { memory, setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { explain, fromGraphModel, type Tensor } from '../src/index.ts';
import { distance } from './differences.ts';
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

const FLOAT = { element_dtype: 'DT_FLOAT' };
const entered = (frame: string, is_constant: boolean): object => ({
  frame_name: frame,
  is_constant,
  parallel_iterations: 1,
});

/** Running totals of the rows of a map, as a recurrent layer is converted: lists of tensors, a state that begins as a constant. */
const recurrent: GraphSpec = {
  inputs: selecting.inputs,
  nodes: [
    ...selecting.nodes.slice(0, 2),
    ['Mean', 'rows', ['r1', 'second'], { keep_dims: false }],
    ['Transpose', 'steps', ['rows', 'order']],
    ['TensorListFromTensor', 'list', ['steps', 'element'], FLOAT],
    ['TensorListReserve', 'reserved', ['element', 'eight'], FLOAT],
    ['Enter', 'in/list', ['list'], entered('rnn', true) as never],
    ['Enter', 'in/eight', ['eight'], entered('rnn', true) as never],
    ['Enter', 'in/one', ['unit'], entered('rnn', true) as never],
    ['Enter', 'in/element', ['element'], entered('rnn', true) as never],
    ['Enter', 'in/step', ['start'], entered('rnn', false) as never],
    ['Enter', 'in/total', ['nothing'], entered('rnn', false) as never],
    ['Enter', 'in/totals', ['reserved'], entered('rnn', false) as never],
    ['Merge', 'step', ['in/step', 'next_step'], { N: 2 }],
    ['Merge', 'total', ['in/total', 'next_total'], { N: 2 }],
    ['Merge', 'totals', ['in/totals', 'next_totals'], { N: 2 }],
    ['Less', 'less', ['step', 'in/eight']],
    ['LoopCond', 'cond', ['less']],
    ['Switch', 'step?', ['step', 'cond']],
    ['Switch', 'total?', ['total', 'cond']],
    ['Switch', 'totals?', ['totals', 'cond']],
    ['TensorListGetItem', 'item', ['in/list', 'step?:1', 'in/element'], FLOAT],
    ['AddV2', 'more', ['total?:1', 'item']],
    ['TensorListSetItem', 'set', ['totals?:1', 'step?:1', 'more'], FLOAT],
    ['AddV2', 'later', ['step?:1', 'in/one']],
    ['NextIteration', 'next_step', ['later']],
    ['NextIteration', 'next_total', ['more']],
    ['NextIteration', 'next_totals', ['set']],
    ['Exit', 'out', ['totals?']],
    ['TensorListStack', 'stack', ['out', 'element'], { ...FLOAT, num_elements: 8 }],
    ['Sum', 'logits', ['stack', 'first'], { keep_dims: false }],
  ],
  weights: {
    ...selecting.weights,
    first: { dims: [1], values: [0], type: 'int32' },
    second: { dims: [1], values: [2], type: 'int32' },
    order: { dims: [3], values: [1, 0, 2], type: 'int32' },
    element: { dims: [2], values: [-1, 4], type: 'int32' },
    eight: { dims: [], values: [8], type: 'int32' },
    start: { dims: [], values: [0], type: 'int32' },
    unit: { dims: [], values: [1], type: 'int32' },
    nothing: { dims: [1, 4], values: [0, 0, 0, 0] },
  },
  outputs: ['logits'],
};

test('a recurrent layer that keeps lists of tensors runs, and no gradient passes it', async () => {
  const net = await graphModel(recurrent);
  const before = memory().numTensors;
  const model = await fromGraphModel(net);
  expect(model.score.output).toBe('logits');
  const { activations, output } = await model.run(drawn([2, 3, 8, 8], 4), { layers: ['r1'] });
  const activation = activations.get('r1') as Tensor;
  // row t is in the totals of all rows from t on
  const expected = Array.from(output.data, (_, at) => {
    const cells = activation.data.subarray(at * 64, (at + 1) * 64);
    return cells.reduce((sum, value, cell) => sum + (8 - Math.floor(cell / 8)) * (value / 8), 0);
  });
  expect(distance(output.data, expected)).toBeLessThan(1e-5);
  expect((await model.resume({ layer: 'r1', activation })).output).toEqual(output);
  const layer = model.layers.find(({ name }) => name === 'r1');
  expect(layer).toMatchObject({ onPath: true, blocked: [{ node: 'list' }, { node: 'stack' }] });
  expect(memory().numTensors).toBe(before);
});

test('what lies behind a branch of TensorFlow 1 is explained, and no gradient passes the branch', async () => {
  const net = await graphModel({
    inputs: selecting.inputs,
    nodes: [
      ['Conv2D', 'c1', ['x', 'w1'], CONV],
      ['Max', 'largest', ['c1', 'all'], { keep_dims: false }],
      ['Less', 'dark', ['largest', 'half']],
      ['Switch', 'branch', ['c1', 'dark']],
      ['Mul', 'doubled', ['branch', 'two']],
      ['Neg', 'turned', ['branch:1']],
      ['Merge', 'either', ['doubled', 'turned'], { N: 2 }],
      ['Relu', 'r1', ['either']],
      ['AvgPool', 'pooled', ['r1'], { ...CONV, ksize: [1, 1, 1, 1] }],
      ['Mean', 'logits', ['pooled', 'axes'], { keep_dims: false }],
    ],
    weights: {
      ...selecting.weights,
      all: { dims: [4], values: [0, 1, 2, 3], type: 'int32' },
      two: { dims: [], values: [2] },
    },
    outputs: ['logits'],
  });
  const before = memory().numTensors;
  const model = await fromGraphModel(net);
  for (const scale of [1, 1e-3]) {
    const picture = { data: x.data.map((value) => scale * value), dims: x.dims };
    const { activations } = await model.run(picture, { layers: ['c1', 'r1'] });
    const { gradients } = await model.run(picture, { layers: ['r1'], seed: [1] });
    const c1 = activations.get('c1')?.data ?? new Float32Array();
    const expected = c1.map((value) => Math.max(0, Math.max(...c1) < 0.5 ? -value : 2 * value));
    expect(distance(activations.get('r1')?.data, expected)).toBeLessThan(1e-6);
    expect(gradients.get('r1')?.data).toEqual(expected.map((_, i) => (i >> 6 === 1 ? 1 / 64 : 0)));
  }
  expect(model.layers.find(({ name }) => name === 'c1')?.blocked.map(({ op }) => op)).toEqual(['Switch', 'Merge']);
  expect(memory().numTensors).toBe(before);
});
