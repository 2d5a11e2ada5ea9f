import type { Constant, NodeSpec } from '../models/build.ts';
import { integers, real, scalar, zero } from './integers.ts';
import type { Twin } from './twin.ts';

const microsoft = 'com.microsoft';
/** A dynamic quantiser finds this step and zero point 128: the ends of the range are -1.28 and 1.27. */
const STEP = 0.01;
const dynamic: NodeSpec = ['DynamicQuantizeLinear', ['x'], ['qx', 's', 'z']];
const matrix = integers('int8', [5, 4]);
const columns = [0.01, 0.02, 0.03, 0.015];
const filters = integers('uint8', [3, 2, 3, 3]);
const window = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };
const vector = (values: readonly number[]): Constant => ({ dims: [values.length], values });
const flat = { x: { dims: [3, 5], step: STEP, low: -128, high: 127 } };
const picture = { x: { dims: [2, 2, 5, 4], step: STEP, low: -128, high: 127 } };
const product = (w: Constant): Twin['real'] => ({ constants: { w }, nodes: [['MatMul', ['x', 'w'], ['y']]] });

export const dynamicTwins: readonly Twin[] = [
  {
    name: 'DynamicQuantizeLinear and MatMulInteger, scales per column',
    opset: 13,
    inputs: flat,
    quantised: {
      constants: { w: matrix, ws: vector(columns), wz: { type: 'int8', dims: [4], values: [1, 0, -3, 2] } },
      nodes: [
        dynamic,
        ['MatMulInteger', ['qx', 'w', 'z', 'wz'], ['sums']],
        ['Cast', ['sums'], ['f'], { to: 1 }],
        ['Mul', ['s', 'ws'], ['both']],
        ['Mul', ['f', 'both'], ['y']],
      ],
    },
    real: product(real(matrix, columns, [1, 0, -3, 2], 1)),
  },
  {
    name: 'QuantizeLinear and MatMulInteger',
    opset: 11,
    inputs: flat,
    quantised: {
      constants: { w: matrix, xs: scalar(STEP), xz: zero('uint8', 128), both: scalar(STEP * 0.02) },
      nodes: [
        ['QuantizeLinear', ['x', 'xs', 'xz'], ['qx']],
        ['MatMulInteger', ['qx', 'w', 'xz'], ['sums']],
        ['Cast', ['sums'], ['f'], { to: 1 }],
        ['Mul', ['f', 'both'], ['y']],
      ],
    },
    // -1.28 and 1.27 sit on the ends of the range: nothing passes a quantiser there
    real: {
      constants: { w: real(matrix, [0.02], [0]), low: scalar(-1.28), high: scalar(1.27) },
      nodes: [
        ['Clip', ['x', 'low', 'high'], ['inside']],
        ['MatMul', ['inside', 'w'], ['y']],
      ],
    },
  },
  {
    name: 'DynamicQuantizeLinear and ConvInteger',
    opset: 13,
    inputs: picture,
    quantised: {
      constants: { w: filters, ws: scalar(0.02), wz: zero('uint8', 120) },
      nodes: [
        dynamic,
        ['ConvInteger', ['qx', 'w', 'z', 'wz'], ['sums'], window],
        ['Cast', ['sums'], ['f'], { to: 1 }],
        ['Mul', ['s', 'ws'], ['both']],
        ['Mul', ['f', 'both'], ['y']],
      ],
    },
    real: { constants: { w: real(filters, [0.02], [120]) }, nodes: [['Conv', ['x', 'w'], ['y'], window]] },
  },
  {
    name: 'DynamicQuantizeMatMul',
    opset: 13,
    inputs: flat,
    quantised: {
      constants: {
        w: matrix,
        ws: vector(columns),
        wz: { type: 'int8', dims: [4], values: [0, 0, 0, 0] },
        bias: vector([1, 2, 3, 4]),
      },
      nodes: [['DynamicQuantizeMatMul', ['x', 'w', 'ws', 'wz', 'bias'], ['y'], {}, microsoft]],
    },
    real: {
      constants: { w: real(matrix, columns, [0], 1), bias: vector([1, 2, 3, 4]) },
      nodes: [
        ['MatMul', ['x', 'w'], ['r']],
        ['Add', ['r', 'bias'], ['y']],
      ],
    },
  },
  {
    name: 'MatMulIntegerToFloat',
    opset: 13,
    inputs: flat,
    quantised: {
      constants: { w: matrix, ws: scalar(0.02), wz: zero('int8', 3) },
      nodes: [dynamic, ['MatMulIntegerToFloat', ['qx', 'w', 's', 'ws', 'z', 'wz'], ['y'], {}, microsoft]],
    },
    real: product(real(matrix, [0.02], [3])),
  },
  {
    name: 'QGemm to float',
    opset: 13,
    inputs: { x: { dims: [3, 5], step: STEP } },
    quantised: {
      constants: {
        w: matrix,
        xs: scalar(STEP),
        xz: zero('uint8', 128),
        ws: vector(columns),
        wz: { type: 'int8', dims: [4], values: [0, 0, 0, 0] },
        c: { type: 'int32', dims: [4], values: [100, 0, -50, 3] },
      },
      nodes: [
        ['QuantizeLinear', ['x', 'xs', 'xz'], ['qx']],
        ['QGemm', ['qx', 'xs', 'xz', 'w', 'ws', 'wz', 'c'], ['y'], {}, microsoft],
      ],
    },
    real: product(real(matrix, columns, [0], 1)),
  },
  {
    name: 'QGemm to integers, transposed',
    opset: 13,
    inputs: { x: { dims: [3, 5], step: STEP } },
    range: [-2, 3.1, 0.02],
    quantised: {
      constants: {
        w: integers('int8', [4, 5]),
        xs: scalar(STEP),
        xz: zero('uint8', 128),
        ws: scalar(0.02),
        wz: zero('int8', 0),
        os: scalar(0.02),
        oz: zero('uint8', 100),
      },
      nodes: [
        ['QuantizeLinear', ['x', 'xs', 'xz'], ['qx']],
        ['QGemm', ['qx', 'xs', 'xz', 'w', 'ws', 'wz', '', 'os', 'oz'], ['q'], { transB: 1 }, microsoft],
        ['DequantizeLinear', ['q', 'os', 'oz'], ['y']],
      ],
    },
    real: {
      constants: {
        w: real(integers('int8', [4, 5]), [0.02], [0]),
        low: scalar(-2),
        high: scalar(3.1),
        none: vector([0]),
      },
      nodes: [
        ['Gemm', ['x', 'w', 'none'], ['r'], { transB: 1 }],
        ['Clip', ['r', 'low', 'high'], ['y']],
      ],
    },
  },
  {
    name: 'MaxPool and Reshape between quantiser and dequantiser',
    opset: 13,
    inputs: { x: { dims: [2, 3, 6, 4], step: STEP } },
    quantised: {
      constants: { xs: scalar(STEP), xz: zero('uint8', 128), shape: { type: 'int64', dims: [2], values: [2, -1] } },
      nodes: [
        ['QuantizeLinear', ['x', 'xs', 'xz'], ['qx']],
        ['MaxPool', ['qx'], ['m'], { kernel_shape: [2, 2], strides: [2, 2] }],
        ['Reshape', ['m', 'shape'], ['r']],
        ['DequantizeLinear', ['r', 'xs', 'xz'], ['y']],
      ],
    },
    real: {
      constants: { shape: { type: 'int64', dims: [2], values: [2, -1] } },
      nodes: [
        ['MaxPool', ['x'], ['m'], { kernel_shape: [2, 2], strides: [2, 2] }],
        ['Reshape', ['m', 'shape'], ['y']],
      ],
    },
  },
  {
    name: 'a dequantiser with another scale',
    opset: 13,
    inputs: { x: { dims: [2, 9], step: STEP } },
    quantised: {
      constants: { xs: scalar(STEP), ys: scalar(3 * STEP), xz: zero('uint8', 128) },
      nodes: [
        ['QuantizeLinear', ['x', 'xs', 'xz'], ['qx']],
        ['DequantizeLinear', ['qx', 'ys', 'xz'], ['y']],
      ],
    },
    real: { constants: { three: scalar(3) }, nodes: [['Mul', ['x', 'three'], ['y']]] },
  },
  {
    name: 'int4 weights in blocks',
    opset: 21,
    inputs: { x: { dims: [3, 4], step: STEP } },
    quantised: {
      constants: {
        w: { type: 'int4', dims: [4, 2], values: [7, -8, 3, -1, 0, 5, -6, 2] },
        ws: { dims: [2, 2], values: [0.5, 0.25, 2, 1] },
      },
      nodes: [
        ['DequantizeLinear', ['w', 'ws'], ['f'], { axis: 0, block_size: 2 }],
        ['MatMul', ['x', 'f'], ['y']],
      ],
    },
    real: product({ dims: [4, 2], values: [3.5, -2, 1.5, -0.25, 0, 5, -12, 2] }),
  },
];
