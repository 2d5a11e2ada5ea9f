import { type Constant, type ModelSpec, model, type NodeSpec } from '../../onnx-autodiff/test/models/build.ts';
import { generator, normal } from '../../onnx-autodiff/test/rules/random.ts';

/** A small classifier that has one trait of real files. */
export interface Network {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** What the bytes were made from. */
  readonly spec: ModelSpec;
  /** As fed: channels first. */
  readonly dims: readonly number[];
  readonly classes: number;
  /** The layer that the automatic choice must take. */
  readonly chosen: string;
  /** A layer and whether paths lead around it. */
  readonly layers: Readonly<Record<string, boolean>>;
  /** The head is global average pooling and this matrix [classes, channels]. */
  readonly head?: Float32Array;
}

const random = generator(20);
const weights = (dims: readonly number[], scale = 1): { dims: readonly number[]; values: Float32Array } => ({
  dims,
  values: Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => scale * normal(random)),
});

/** Quantised filters. */
const integers = (dims: readonly number[]): Constant => ({
  type: 'int8',
  dims,
  values: Array.from(weights(dims).values, (value) => Math.max(-127, Math.min(127, Math.round(60 * value)))),
});

const CLASSES = 5;
const stem: readonly NodeSpec[] = [
  ['Conv', ['x', 'w1', 'b1'], ['c1'], { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [2, 2] }],
  ['Relu', ['c1'], ['r1']],
];
const body: readonly NodeSpec[] = [
  ['Conv', ['r1', 'w2'], ['c2'], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }],
  ['Relu', ['c2'], ['r2']],
];
const stemWeights = { w1: weights([6, 3, 3, 3], 0.4), b1: weights([6], 0.1) };
const bodyWeights = { ...stemWeights, w2: weights([6, 6, 3, 3], 0.3) };
const head = weights([CLASSES, 6]);
const flatHead: readonly NodeSpec[] = [
  ['GlobalAveragePool', ['r2'], ['pooled']],
  ['Flatten', ['pooled'], ['flat']],
  ['Gemm', ['flat', 'w', 'b'], ['logits'], { transB: 1 }],
];

function network(
  name: string,
  spec: Omit<ModelSpec, 'inputs' | 'outputs'> & Partial<ModelSpec>,
  more: Partial<Network> = {},
): Network {
  const whole: ModelSpec = { inputs: { x: ['N', 3, 12, 10] }, outputs: ['logits'], ...spec };
  return {
    name,
    bytes: model(whole),
    spec: whole,
    dims: [3, 12, 10],
    classes: CLASSES,
    chosen: 'r2',
    layers: { r1: false, r2: false },
    ...more,
  };
}

const linear = { ...bodyWeights, w: head, b: weights([CLASSES]) };

export const networks: readonly Network[] = [
  network(
    'pooling and a linear head',
    { opset: 17, constants: linear, nodes: [...stem, ...body, ...flatHead] },
    { head: head.values },
  ),
  network('a softmax head', {
    opset: 13,
    constants: linear,
    nodes: [...stem, ...body, ...flatHead, ['Softmax', ['logits'], ['p'], { axis: 1 }]],
    outputs: ['p'],
  }),
  network('a fixed batch', {
    opset: 12,
    constants: linear,
    nodes: [...stem, ...body, ...flatHead],
    inputs: { x: [1, 3, 12, 10] },
  }),
  network('a batch fixed by a Reshape', {
    opset: 13,
    constants: { ...linear, one: { type: 'int64', dims: [2], values: [1, 6] } },
    nodes: [
      ...stem,
      ...body,
      ['GlobalAveragePool', ['r2'], ['pooled']],
      ['Reshape', ['pooled', 'one'], ['flat']],
      ['Gemm', ['flat', 'w', 'b'], ['logits'], { transB: 1 }],
    ],
  }),
  network(
    'free height and width',
    { opset: 17, constants: linear, nodes: [...stem, ...body, ...flatHead], inputs: { x: ['N', 3, 'H', 'W'] } },
    { head: head.values },
  ),
  network(
    'a residual block at opset 7',
    {
      opset: 7,
      constants: {
        ...linear,
        scale: weights([6], 0.5),
        shift: weights([6]),
        mean: weights([6]),
        variance: { dims: [6], values: [1, 2, 0.5, 1, 3, 1] },
      },
      nodes: [
        ...stem,
        ['Conv', ['r1', 'w2'], ['c2'], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }],
        ['BatchNormalization', ['c2', 'scale', 'shift', 'mean', 'variance'], ['n2']],
        ['Relu', ['n2'], ['inner']],
        ['Add', ['inner', 'r1'], ['r2']],
        ['MaxPool', ['r2'], ['m'], { kernel_shape: [2, 2], strides: [2, 2] }],
        ['GlobalAveragePool', ['m'], ['pooled']],
        ['Flatten', ['pooled'], ['flat']],
        ['Gemm', ['flat', 'w', 'b'], ['logits'], { transB: 1 }],
      ],
    },
    { chosen: 'm', layers: { r1: false, inner: true, r2: false, m: false } },
  ),
  network(
    'a class map at opset 8',
    {
      opset: 8,
      constants: { ...bodyWeights, w3: weights([CLASSES, 6, 1, 1]) },
      nodes: [
        ...stem,
        ...body,
        ['Conv', ['r2', 'w3'], ['maps'], { kernel_shape: [1, 1] }],
        ['GlobalAveragePool', ['maps'], ['logits']],
      ],
    },
    { layers: { r1: false, r2: false, maps: false } },
  ),
  network(
    'a Transpose head',
    {
      opset: 13,
      constants: { ...bodyWeights, w: weights([6 * 6 * 5, CLASSES], 0.2) },
      nodes: [
        ...stem,
        ...body,
        ['Transpose', ['r2'], ['t'], { perm: [0, 2, 3, 1] }],
        ['Flatten', ['t'], ['flat']],
        ['MatMul', ['flat', 'w'], ['logits']],
      ],
    },
    { layers: { r1: false, r2: false, t: false } },
  ),
  network(
    'a channels-last input',
    {
      opset: 13,
      constants: linear,
      nodes: [['Transpose', ['nhwc'], ['x'], { perm: [0, 3, 1, 2] }], ...stem, ...body, ...flatHead],
      inputs: { nhwc: ['N', 12, 10, 3] },
    },
    { head: head.values, layers: { nhwc: false, r1: false, r2: false } },
  ),
  network(
    'quantised, with its Relu folded into the range',
    {
      opset: 13,
      constants: { ...linear, s: { dims: [], values: [0.02] }, z: { type: 'uint8', dims: [], values: [0] } },
      nodes: [
        ...stem,
        ['Conv', ['r1', 'w2'], ['c2'], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }],
        ['QuantizeLinear', ['c2', 's', 'z'], ['q2']],
        ['DequantizeLinear', ['q2', 's', 'z'], ['r2']],
        ...flatHead,
      ],
    },
    { head: head.values, layers: { r2: false } },
  ),
  network(
    'quantised, of quantised operators',
    {
      opset: 13,
      domains: { 'com.microsoft': 1 },
      constants: {
        ...linear,
        w1: integers([6, 3, 3, 3]),
        w2: integers([6, 6, 3, 3]),
        s: { dims: [], values: [0.03] },
        ws: { dims: [], values: [0.004] },
        half: { type: 'uint8', dims: [], values: [128] },
        none: { type: 'uint8', dims: [], values: [0] },
        i: { type: 'int8', dims: [], values: [0] },
      },
      nodes: [
        ['QuantizeLinear', ['x', 's', 'half'], ['qx']],
        [
          'QLinearConv',
          ['qx', 's', 'half', 'w1', 'ws', 'i', 's', 'none'],
          ['r1'],
          { kernel_shape: [3, 3], strides: [2, 2] },
        ],
        [
          'QLinearConv',
          ['r1', 's', 'none', 'w2', 'ws', 'i', 's', 'none'],
          ['r2'],
          { kernel_shape: [3, 3], pads: [1, 1, 1, 1] },
        ],
        ['QLinearGlobalAveragePool', ['r2', 's', 'none', 's', 'none'], ['pooled'], {}, 'com.microsoft'],
        ['DequantizeLinear', ['pooled', 's', 'none'], ['p']],
        ['Flatten', ['p'], ['flat']],
        ['Gemm', ['flat', 'w', 'b'], ['logits'], { transB: 1 }],
      ],
    },
    { layers: { r1: false, r2: false } },
  ),
];
