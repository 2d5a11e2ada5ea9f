import { expect, test } from 'vitest';
import { inspect } from '../src/index.ts';
import { type ModelSpec, model, type NodeSpec } from './models/build.ts';

const four = { dims: [4], values: [1, -2, 3, 0.5] };
const constants: ModelSpec['constants'] = {
  kernel: { dims: [4, 4, 1, 1], values: new Float32Array(16) },
  matrix: { dims: [4, 4], values: new Float32Array(16) },
  four,
  ones: { dims: [4], values: [1, 1, 2, 2] },
  means: { dims: [4], values: [0.5, 0, -1, 2] },
  variances: { dims: [4], values: [3, 3, 0, 15] },
  column: { dims: [4, 1, 1], values: four.values },
  tile: { dims: [4, 2, 2], values: new Float32Array(16) },
  plane: { dims: [1, 2, 2], values: four.values },
  scalar: { dims: [], values: [3] },
  bytes: { type: 'int32', dims: [4], values: [10, -20, 30, 5] },
  tenth: { dims: [], values: [0.1] },
  ten: { type: 'int32', dims: [], values: [10] },
};

/** The bias of the tensor "y" that `nodes` make of x. */
function biasOf(nodes: readonly NodeSpec[], dims: readonly (string | number)[] = ['N', 4, 2, 2]): unknown {
  const bytes = model({
    opset: 17,
    domains: { 'com.microsoft': 1 },
    inputs: { x: dims },
    constants: constants as NonNullable<ModelSpec['constants']>,
    nodes,
    outputs: { y: dims },
    valueInfo: { c: dims },
  });
  const bias = inspect(bytes).layers.find(({ name }) => name === 'y')?.bias;
  return bias instanceof Float32Array ? [...bias] : bias;
}

/** Tells that the axes are channels first. */
const map: NodeSpec = ['Conv', ['x', 'kernel'], ['c']];
const norm = ['x', 'ones', 'four', 'means', 'variances'];
const negative = [-1, 2, -3, -0.5];

test.each<[string, readonly NodeSpec[], unknown]>([
  ['a convolution', [['Conv', ['x', 'kernel', 'four'], ['y']]], four.values],
  ['a convolution without', [['Conv', ['x', 'kernel'], ['y']]], null],
  ['an activation', [['Relu', ['x'], ['y']]], null],
  [
    'a batch normalisation: beta - mean gamma / sqrt(variance + epsilon)',
    [['BatchNormalization', norm, ['y'], { epsilon: { float: 1 } }]],
    [1 - 0.5 / 2, -2, 3 + 2, 0.5 - 4 / 4],
  ],
  ['a sum', [map, ['Add', ['column', 'c'], ['y']]], four.values],
  ['a sum with one number', [map, ['Add', ['c', 'scalar'], ['y']]], [3, 3, 3, 3]],
  ['a difference', [map, ['Sub', ['c', 'column'], ['y']]], negative],
  ['a difference the other way around', [map, ['Sub', ['column', 'c'], ['y']]], four.values],
  ['a sum of two layers', [map, ['Add', ['c', 'c'], ['y']]], null],
  ['a batch normalisation in training', [['BatchNormalization', norm, ['y'], { training_mode: 1 }]], 'unknown'],
  ['as many numbers as channels, one for each position', [map, ['Add', ['c', 'plane'], ['y']]], 'unknown'],
  ['a sum that differs between positions', [map, ['Add', ['c', 'tile'], ['y']]], 'unknown'],
  [
    'a bias that is stored as integers',
    [
      ['DequantizeLinear', ['bytes', 'tenth'], ['b']],
      ['Conv', ['x', 'kernel', 'b'], ['y']],
    ],
    [1, -2, 3, 0.5],
  ],
  [
    'a bias that is stored as integers around a zero point',
    [
      ['DequantizeLinear', ['bytes', 'tenth', 'ten'], ['b']],
      ['Conv', ['x', 'kernel', 'b'], ['y']],
    ],
    [0, -3, 2, -0.5],
  ],
  [
    'a bias that is computed',
    [
      ['Exp', ['four'], ['b']],
      ['Conv', ['x', 'kernel', 'b'], ['y']],
    ],
    'unknown',
  ],
  [
    'a bias in front of a fused activation',
    [['FusedConv', ['x', 'kernel', 'four'], ['y'], {}, 'com.microsoft']],
    'unknown',
  ],
])('%s', (_what, nodes, expected) => {
  expect(biasOf(nodes)).toEqual(expected);
});

test('a linear layer, its bias times beta', () => {
  const gemm = ['x', 'matrix', 'four'];
  expect(biasOf([['Gemm', gemm, ['y'], { beta: { float: 2 } }]], ['N', 4])).toEqual([2, -4, 6, 1]);
  expect(biasOf([['Add', ['x', 'four'], ['y']]], ['N', 4])).toEqual(four.values);
});
