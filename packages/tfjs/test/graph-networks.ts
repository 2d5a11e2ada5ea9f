import type { GraphSpec, NodeLine, Weight } from './graph.ts';
import type { Subject } from './suite.ts';

export interface GraphSubject extends Subject {
  readonly spec: GraphSpec;
}

const CONV = { strides: [1, 1, 1, 1], padding: 'SAME', dilations: [1, 1, 1, 1], data_format: 'NHWC' };
const x = { x: { dims: [-1, 12, 10, 3] } };
const axes: Weight = { dims: [2], values: [1, 2], type: 'int32' };

const stem: readonly NodeLine[] = [
  [
    '_FusedConv2D',
    'r1',
    ['x', 'w1', 'b1'],
    { ...CONV, strides: [1, 2, 2, 1], fused_ops: ['BiasAdd', 'Relu'], num_args: 1, epsilon: 0 },
  ],
  ['Conv2D', 'c2', ['r1', 'w2'], CONV],
  ['BiasAdd', 'b/c2', ['c2', 'b2'], { data_format: 'NHWC' }],
  ['Relu', 'r2', ['b/c2']],
];
const stemWeights = {
  w1: { dims: [3, 3, 3, 6] },
  b1: { dims: [6] },
  w2: { dims: [3, 3, 6, 6] },
  b2: { dims: [6] },
};
const head: readonly NodeLine[] = [
  ['Mean', 'pooled', ['r2', 'axes'], { keep_dims: false }],
  ['MatMul', 'product', ['pooled', 'w'], { transpose_a: false, transpose_b: false }],
  ['BiasAdd', 'logits', ['product', 'b'], { data_format: 'NHWC' }],
];
const headWeights = { axes, w: { dims: [6, 5] }, b: { dims: [5] } };

export const networks: readonly GraphSubject[] = [
  {
    name: 'fused and plain convolutions, a softmax behind an Identity',
    spec: {
      inputs: x,
      nodes: [...stem, ...head, ['Softmax', 'p', ['logits']], ['Identity', 'out', ['p']]],
      weights: { ...stemWeights, ...headWeights },
      outputs: ['out'],
    },
    dims: [[3, 12, 10]],
    chosen: 'r2',
    layers: ['x', 'r1', 'c2', 'b/c2', 'r2', 'pooled', 'product', 'logits'],
  },
  {
    name: 'a residual block, two outputs, sigmoids',
    spec: {
      inputs: x,
      nodes: [
        ...stem.slice(0, 1),
        [
          'FusedDepthwiseConv2dNative',
          'deep',
          ['r1', 'wd', 'bd'],
          { ...CONV, fused_ops: ['BiasAdd', 'Relu6'], num_args: 1, epsilon: 0 },
        ],
        [
          '_FusedConv2D',
          'linear',
          ['deep', 'w2', 'b2'],
          { ...CONV, dilations: [1, 2, 2, 1], fused_ops: ['BiasAdd'], num_args: 1, epsilon: 0 },
        ],
        [
          'FusedBatchNormV3',
          'norm',
          ['linear', 'b1', 'b1', 'b2', 'variance'],
          { epsilon: 0.001, is_training: false, data_format: 'NHWC' },
        ],
        ['AddV2', 'sum', ['norm', 'r1']],
        [
          'AvgPool',
          'average',
          ['sum'],
          { ksize: [1, 3, 3, 1], strides: [1, 1, 1, 1], padding: 'SAME', data_format: 'NHWC' },
        ],
        [
          'MaxPool',
          'r2',
          ['average'],
          { ksize: [1, 2, 2, 1], strides: [1, 2, 2, 1], padding: 'SAME', data_format: 'NHWC' },
        ],
        ...head,
        ['Sigmoid', 'p', ['logits']],
        ['Max', 'largest', ['deep', 'axes'], { keep_dims: false }],
      ],
      weights: {
        ...stemWeights,
        ...headWeights,
        wd: { dims: [3, 3, 6, 1] },
        bd: { dims: [6] },
        variance: { dims: [6], values: [1, 2, 0.5, 1, 3, 1] },
      },
      outputs: ['p', 'largest'],
    },
    dims: [[3, 12, 10]],
    chosen: 'r2',
    layers: ['r1', 'deep', 'linear', 'norm', 'sum', 'average', 'r2'],
    bypassed: ['deep', 'linear', 'norm'],
  },
  {
    name: 'a reshape by run-time sizes, a split',
    spec: {
      inputs: x,
      nodes: [
        ...stem,
        ['Split', 'halves', ['channel', 'r2'], { num_split: 2 }],
        ['Mul', 'gated', ['halves', 'halves:1']],
        ['Shape', 'shape', ['gated'], { out_type: 'DT_INT32' }],
        [
          'StridedSlice',
          'count',
          ['shape', 'zero', 'one', 'one'],
          { shrink_axis_mask: 1, begin_mask: 0, end_mask: 0, ellipsis_mask: 0, new_axis_mask: 0 },
        ],
        ['Pack', 'target', ['count', 'rest'], { axis: 0, N: 2 }],
        ['Reshape', 'flat', ['gated', 'target']],
        ['MatMul', 'logits', ['flat', 'w'], { transpose_a: false, transpose_b: false }],
      ],
      weights: {
        ...stemWeights,
        channel: { dims: [], values: [3], type: 'int32' },
        zero: { dims: [1], values: [0], type: 'int32' },
        one: { dims: [1], values: [1], type: 'int32' },
        rest: { dims: [], values: [90], type: 'int32' },
        w: { dims: [90, 4] },
      },
      outputs: ['logits'],
    },
    dims: [[3, 12, 10]],
    chosen: 'gated',
    layers: ['x', 'r1', 'r2', 'gated', 'flat'],
  },
  {
    name: 'a batch fixed by its placeholder',
    spec: {
      inputs: { x: { dims: [1, 12, 10, 3] } },
      nodes: [...stem, ...head],
      weights: { ...stemWeights, ...headWeights },
      outputs: ['logits'],
    },
    dims: [[3, 12, 10]],
    chosen: 'r2',
    layers: ['x', 'r1', 'r2'],
  },
  {
    name: 'a batch fixed by a reshape, free height and width',
    spec: {
      inputs: { x: { dims: [-1, -1, -1, 3] } },
      nodes: [
        ...stem,
        ['Mean', 'pooled', ['r2', 'axes'], { keep_dims: true }],
        ['Reshape', 'flat', ['pooled', 'single']],
        ['MatMul', 'logits', ['flat', 'w'], { transpose_a: false, transpose_b: false }],
      ],
      weights: { ...stemWeights, ...headWeights, single: { dims: [2], values: [1, 6], type: 'int32' } },
      outputs: ['logits'],
    },
    dims: [[3, 12, 10]],
    chosen: 'r2',
    layers: ['x', 'r1', 'r2', 'flat'],
  },
  {
    name: 'a rectifier written as a comparison, with the types that a converter writes',
    spec: {
      inputs: x,
      nodes: [
        ...stem.slice(0, 3),
        ['Greater', 'above', ['b/c2', 'threshold'], { T: 'DT_FLOAT' }],
        ['Cast', 'mask', ['above'], { SrcT: 'DT_BOOL', DstT: 'DT_FLOAT' }],
        ['Mul', 'r2', ['b/c2', 'mask'], { T: 'DT_FLOAT' }],
        ...head,
      ],
      weights: { ...stemWeights, ...headWeights, threshold: { dims: [], values: [0] } },
      outputs: ['logits'],
    },
    dims: [[3, 12, 10]],
    chosen: 'r2',
    layers: ['x', 'r1', 'c2', 'b/c2', 'mask', 'r2'],
    bypassed: ['mask'],
  },
];
