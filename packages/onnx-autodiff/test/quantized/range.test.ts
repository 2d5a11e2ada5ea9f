import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { augment } from '../../src/augment.ts';
import type { Attributes } from '../../src/emit/node-proto.ts';
import { type Constant, model } from '../models/build.ts';
import { measured } from '../models/measured.ts';
import { type Ort, runtimeOf, type Values } from '../rules/runtime.ts';

const runtime = runtimeOf(ort as unknown as Ort, 'cpu');
const values = [-3, -1, -0.5, -0.2, 0.2, 0.5, 1, 1.5, 3, 9];

interface Quantiser {
  readonly opset: number;
  readonly domain?: string;
  readonly scale: Constant;
  /** Absent: uint8 around 0, or what `output_dtype` says. */
  readonly zero?: Constant;
  readonly attributes?: Attributes;
  readonly dequantiser?: Attributes;
}

/** x [2, n] through a quantiser and its dequantiser: the gradient for the cotangent 1, 2, 3, ... */
async function through(quantiser: Quantiser): Promise<number[]> {
  const { opset, domain = '', scale, zero, attributes = {}, dequantiser = attributes } = quantiser;
  const dims = [2, values.length];
  const data = [...values, ...values];
  const operands = zero ? ['scale', 'zero'] : ['scale'];
  const bytes = model({
    opset,
    domains: { 'com.microsoft': 1 },
    inputs: { x: dims },
    constants: { scale, ...(zero ? { zero } : {}) },
    nodes: [
      ['QuantizeLinear', ['x', ...operands], ['q'], attributes, domain],
      ['DequantizeLinear', ['q', ...operands], ['y'], dequantiser, domain],
    ],
    outputs: { y: dims },
  });
  const x: Values = { type: 'float32', dims, data };
  const shapes = await measured(runtime, bytes, new Map([['x', x]]));
  const augmented = augment(bytes, { of: 'y', wrt: 'x', shapes });
  const session = await runtime.load(augmented.bytes);
  const cotangent = { type: 'float32', dims, data: data.map((_, i) => i + 1) };
  const results = await session.run(
    new Map([
      ['x', x],
      [augmented.cotangentInputs.get('y') ?? '', cotangent],
    ]),
  );
  await session.release();
  return Array.from(results.get(augmented.gradients.get('x') ?? '')?.data ?? []);
}

/** What passes where only values between the ends do; the ends may differ by row. */
const inside = (ends: readonly (readonly [low: number, high: number])[]): number[] =>
  [...values, ...values].map((x, i) => {
    const [low, high] = (ends[Math.floor(i / values.length)] ?? ends[0]) as readonly [number, number];
    return x > low && x < high ? i + 1 : 0;
  });

const single = (value: number): Constant => ({ dims: [], values: [value] });
const zeroOf = (type: string, value: number): Constant => ({ type, dims: [], values: [value] });

/** A Relu or a Clip folded into the range of a quantiser must still stop the gradient. */
describe('straight through inside the range, nothing on its ends', () => {
  const rows: readonly (readonly [name: string, quantiser: Omit<Quantiser, 'opset'>, low: number, high: number])[] = [
    ['uint8 from 0', { scale: single(0.01), zero: zeroOf('uint8', 0) }, 0, 2.55],
    ['uint8 without a zero point', { scale: single(0.01) }, 0, 2.55],
    ['int8', { scale: single(0.01), zero: zeroOf('int8', 0) }, -1.28, 1.27],
    ['uint8 around 128', { scale: single(0.01), zero: zeroOf('uint8', 128) }, -1.28, 1.27],
  ];
  for (const opset of [10, 13, 19, 21, 23, 25]) {
    test.each(rows)(`%s at opset ${opset}`, async (_, quantiser, low, high) => {
      expect(await through({ ...quantiser, opset })).toEqual(inside([[low, high]]));
    });
  }

  const wide: readonly (readonly [name: string, quantiser: Quantiser, low: number, high: number])[] = [
    ['uint16', { opset: 21, scale: single(1e-4), zero: zeroOf('uint16', 30000) }, -3, 3.5535],
    ['int16', { opset: 21, scale: single(1e-4), zero: zeroOf('int16', 0) }, -3.2768, 3.2767],
    [
      'uint16 of ONNX Runtime',
      { opset: 13, domain: 'com.microsoft', scale: single(1e-4), zero: zeroOf('uint16', 30000) },
      -3,
      3.5535,
    ],
    [
      'int8 of ONNX Runtime',
      { opset: 13, domain: 'com.microsoft', scale: single(0.01), zero: zeroOf('int8', 0) },
      -1.28,
      1.27,
    ],
    [
      'the type by output_dtype',
      { opset: 21, scale: single(0.01), attributes: { output_dtype: 3 }, dequantiser: {} },
      -1.28,
      1.27,
    ],
  ];
  test.each(wide)('%s', async (_, quantiser, low, high) => {
    expect(await through(quantiser)).toEqual(inside([[low, high]]));
  });

  test.each([13, 21])('one scale per row at opset %i', async (opset) => {
    const scale = { dims: [2], values: [0.01, 0.005] };
    const zero = { type: 'uint8', dims: [2], values: [128, 0] };
    expect(await through({ opset, scale, zero, attributes: { axis: 0 } })).toEqual(
      inside([
        [-1.28, 1.27],
        [0, 1.275],
      ]),
    );
  });

  test('one scale per block of a row', async () => {
    const scale = { dims: [2, 2], values: [0.01, 0.005, 0.005, 0.01] };
    const zero = { type: 'uint8', dims: [2, 2], values: [128, 128, 128, 128] };
    const gradient = await through({ opset: 21, scale, zero, attributes: { axis: 1, block_size: 5 } });
    const ends = [1.28, 0.64, 0.64, 1.28].map((end) => [-end, end * (127 / 128)] as const);
    expect(gradient).toEqual(
      [...values, ...values].map((x, i) => {
        const [low, high] = ends[Math.floor(i / 5)] as readonly [number, number];
        return x > low && x < high ? i + 1 : 0;
      }),
    );
  });

  test('4-bit integers are refused by name', () => {
    const bytes = model({
      opset: 21,
      inputs: { x: [2] },
      constants: { scale: single(0.1) },
      nodes: [
        ['QuantizeLinear', ['x', 'scale'], ['q'], { output_dtype: 22 }],
        ['DequantizeLinear', ['q', 'scale'], ['y']],
      ],
      outputs: { y: [2] },
    });
    expect(() => augment(bytes, { of: 'y', wrt: 'x' })).toThrow(/quantisation to int4 has no gradient rule yet/);
  });
});
