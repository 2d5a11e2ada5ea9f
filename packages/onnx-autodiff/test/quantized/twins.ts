import type { Constant, NodeSpec } from '../models/build.ts';
import { integers, real, scalar, zero } from './integers.ts';
import type { Twin } from './twin.ts';

const microsoft = 'com.microsoft';
const STEP = 0.01;
const OUT = 0.02;

const quantised = {
  s: scalar(STEP),
  z: zero('uint8', 128),
  os: scalar(OUT),
  oz: zero('uint8', 100),
};
/** The range of the output above. */
const LOW = -100 * OUT;
const HIGH = 155 * OUT;
const range = [LOW, HIGH, OUT] as const;
const limits = { low: scalar(LOW), high: scalar(HIGH) };

const quantise = (x: string): NodeSpec => ['QuantizeLinear', [x, 's', 'z'], [`q${x}`]];
const finish: NodeSpec = ['DequantizeLinear', ['q', 'os', 'oz'], ['y']];
const clip: NodeSpec = ['Clip', ['r', 'low', 'high'], ['y']];

/** x -> QuantizeLinear -> the operator -> DequantizeLinear, beside the real operator and a Clip. */
function twin(
  name: string,
  inputs: Twin['inputs'],
  operator: NodeSpec,
  realOperator: NodeSpec,
  constants: {
    readonly quantised?: Readonly<Record<string, Constant>>;
    readonly real?: Readonly<Record<string, Constant>>;
  } = {},
  more: Partial<Twin> = {},
): Twin {
  return {
    name,
    opset: 13,
    inputs,
    range,
    quantised: {
      constants: { ...quantised, ...constants.quantised },
      nodes: [...Object.keys(inputs).map(quantise), operator, finish],
    },
    real: { constants: { ...limits, ...constants.real }, nodes: [realOperator, clip] },
    ...more,
  };
}

const X = ['qx', 's', 'z'];
const A = ['qa', 's', 'z'];
const B = ['qb', 's', 'z'];
const O = ['os', 'oz'];

const filters = integers('int8', [6, 2, 3, 3]);
const perTensor = [0.02];
const perChannel = [0.02, 0.015, 0.01, 0.03, 0.02, 0.01];
const window = { kernel_shape: [3, 3], strides: [2, 1], pads: [1, 0, 1, 2], group: 2 };
const convolutions = [perTensor, perChannel].map((scales): Twin => {
  const many = scales.length > 1;
  const vector = many ? [6] : [];
  return twin(
    `QLinearConv, scales per ${many ? 'channel' : 'tensor'}`,
    { x: { dims: [2, 4, 7, 6], step: STEP } },
    ['QLinearConv', [...X, 'w', 'ws', 'wz', ...O], ['q'], window],
    ['Conv', ['x', 'w'], ['r'], window],
    {
      quantised: {
        w: filters,
        ws: { dims: vector, values: scales },
        wz: { type: 'int8', dims: vector, values: scales.map(() => 0) },
      },
      real: { w: real(filters, scales, [0]) },
    },
  );
});

const matrix = integers('uint8', [5, 4]);
const flat = { x: { dims: [3, 5], step: STEP } };
const pair = { a: { dims: [2, 3, 4], step: STEP }, b: { dims: [3, 1], step: STEP } };
const picture = { x: { dims: [2, 3, 6, 5], step: STEP } };
const around = { kernel_shape: [3, 2], strides: [1, 2], pads: [1, 1, 0, 0] };

export const twins: readonly Twin[] = [
  ...convolutions,
  twin('QLinearMatMul', flat, ['QLinearMatMul', [...X, 'w', 'ws', 'wz', ...O], ['q']], ['MatMul', ['x', 'w'], ['r']], {
    quantised: { w: matrix, ws: scalar(0.03), wz: zero('uint8', 120) },
    real: { w: real(matrix, [0.03], [120]) },
  }),
  twin(
    'QLinearMatMul of two activations',
    { a: { dims: [2, 3, 4], step: STEP }, b: { dims: [2, 4, 5], step: STEP } },
    ['QLinearMatMul', [...A, ...B, 'os', 'oz'], ['q']],
    ['MatMul', ['a', 'b'], ['r']],
    { quantised: { os: scalar(0.01) }, real: { low: scalar(-1), high: scalar(1.55) } },
    { range: [-1, 1.55, 0.01] },
  ),
  twin(
    'QLinearAdd, broadcast',
    pair,
    ['QLinearAdd', [...A, ...B, 'os', 'oz'], ['q'], {}, microsoft],
    ['Add', ['a', 'b'], ['r']],
    {
      quantised: { os: scalar(0.012) },
      real: { low: scalar(-1.2), high: scalar(1.86) },
    },
    { range: [-1.2, 1.86, 0.012] },
  ),
  twin(
    'QLinearMul, broadcast',
    pair,
    ['QLinearMul', [...A, ...B, 'os', 'oz'], ['q'], {}, microsoft],
    ['Mul', ['a', 'b'], ['r']],
    {
      quantised: { os: scalar(0.005) },
      real: { low: scalar(-0.5), high: scalar(0.775) },
    },
    { range: [-0.5, 0.775, 0.005] },
  ),
  twin(
    'QLinearSigmoid',
    flat,
    ['QLinearSigmoid', [...X, 'os', 'oz'], ['q'], {}, microsoft],
    ['Sigmoid', ['x'], ['r']],
    {
      quantised: { os: scalar(0.002), oz: zero('uint8', 0) },
      real: { low: scalar(0), high: scalar(0.51) },
    },
    { range: [0, 0.51, 0.002] },
  ),
  twin(
    'QLinearSoftmax',
    flat,
    ['QLinearSoftmax', [...X, 'os', 'oz'], ['q'], { axis: -1, opset: 13 }, microsoft],
    ['Softmax', ['x'], ['r'], { axis: -1 }],
    {
      quantised: { os: scalar(1 / 256), oz: zero('uint8', 0) },
      real: { low: scalar(0), high: scalar(255 / 256) },
    },
    { range: undefined },
  ),
  twin(
    'QLinearLeakyRelu',
    flat,
    ['QLinearLeakyRelu', [...X, 'os', 'oz'], ['q'], { alpha: { float: 0.2 } }, microsoft],
    ['LeakyRelu', ['x'], ['r'], { alpha: { float: 0.2 } }],
    {
      quantised: { os: scalar(0.005) },
      real: { low: scalar(-0.5), high: scalar(0.775) },
    },
    { range: [-0.5, 0.775, 0.005] },
  ),
  twin(
    'QLinearAveragePool',
    picture,
    ['QLinearAveragePool', [...X, 'os', 'oz'], ['q'], around, microsoft],
    ['AveragePool', ['x'], ['r'], around],
    {
      quantised: { os: scalar(0.004) },
      real: { low: scalar(-0.4), high: scalar(0.62) },
    },
    { range: [-0.4, 0.62, 0.004] },
  ),
  twin(
    'QLinearGlobalAveragePool',
    picture,
    ['QLinearGlobalAveragePool', [...X, 'os', 'oz'], ['q'], {}, microsoft],
    ['GlobalAveragePool', ['x'], ['r']],
    {
      quantised: { os: scalar(0.0005) },
      real: { low: scalar(-0.05), high: scalar(0.0775) },
    },
    { range: [-0.05, 0.0775, 0.0005] },
  ),
  twin(
    'QLinearConcat',
    { a: { dims: [2, 3, 4], step: STEP }, b: { dims: [2, 1, 4], step: STEP } },
    ['QLinearConcat', ['os', 'oz', ...A, ...B], ['q'], { axis: 1 }, microsoft],
    ['Concat', ['a', 'b'], ['r'], { axis: 1 }],
    {
      quantised: { os: scalar(0.005) },
      real: { low: scalar(-0.5), high: scalar(0.775) },
    },
    { range: [-0.5, 0.775, 0.005] },
  ),
];
