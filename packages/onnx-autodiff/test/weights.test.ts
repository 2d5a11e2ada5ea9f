import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { augment } from '../src/index.ts';
import { type Constant, type ModelSpec, model } from './models/build.ts';
import { measured } from './models/measured.ts';
import { type Ort, runtimeOf, type Values } from './rules/runtime.ts';

const runtime = runtimeOf(ort as unknown as Ort, 'cpu');

/** Two float32 values. */
const pair = (data: readonly number[]): Values => ({ type: 'float32', dims: [1, 2], data });

/** The gradient of the sum of y at x. */
async function gradient(spec: Omit<ModelSpec, 'inputs' | 'outputs'>, data: readonly number[]): Promise<number[]> {
  const dims = [1, data.length];
  const bytes = model({
    inputs: { x: dims },
    outputs: { y: [] },
    ...spec,
    nodes: [...spec.nodes, ['ReduceSum', ['s'], ['y'], { keepdims: 0 }]],
  });
  const feeds = new Map([['x', { type: 'float32', dims, data }]]);
  const {
    bytes: augmented,
    gradients,
    cotangentInputs,
  } = augment(bytes, { of: 'y', wrt: 'x', shapes: await measured(runtime, bytes, feeds) });
  const session = await runtime.load(augmented);
  const one = { type: 'float32', dims: [], data: [1] };
  const results = await session.run(new Map([...feeds, [cotangentInputs.get('y') ?? '', one]]));
  await session.release();
  return Array.from(results.get(gradients.get('x') ?? '')?.data ?? []);
}

describe('what a rule reads of the file, however it is stored', () => {
  const forms: readonly (readonly [string, Partial<Constant>])[] = [
    ['raw bytes', {}],
    ['the repeated field', { field: true }],
  ];
  const types = ['float32', 'float16', 'float64'] as const;
  test.each(forms.flatMap(([name, form]) => types.map((type) => [type, name, form] as const)))(
    'the exponent of a Pow as %s in %s',
    async (type, _, form) => {
      // Pow reads the number 2 in the file; its own operands must be of one type
      const constants = { two: { type, dims: [], values: [2], ...form } };
      expect(await gradient({ opset: 13, constants, nodes: [['Pow', ['x', 'two'], ['s']]] }, [1, -3])).toEqual([2, -6]);
    },
  );

  test.each(forms)('axes of int64 in %s', async (_, form) => {
    const constants = { axes: { type: 'int64', dims: [1], values: [-1], ...form } };
    expect(await gradient({ opset: 18, constants, nodes: [['ReduceMax', ['x', 'axes'], ['s']]] }, [1, 5, 2])).toEqual([
      0, 1, 0,
    ]);
  });

  test.each([
    ['value', { value: { tensor: { type: 'int64', dims: [1], values: [1] } } }],
    ['value_ints', { value_ints: [1] }],
  ] as const)('axes of a Constant by %s', async (_, attributes) => {
    const nodes: ModelSpec['nodes'] = [
      ['Constant', [], ['axes'], attributes],
      ['ReduceMax', ['x', 'axes'], ['s']],
    ];
    expect(await gradient({ opset: 18, nodes }, [1, 5, 2])).toEqual([0, 1, 0]);
  });

  test.each([
    ['value_float', { value_float: { float: 2 } }],
    ['value', { value: { tensor: { dims: [], values: [2], field: true } } }],
  ] as const)('the exponent of a Pow by %s', async (_, attributes) => {
    const nodes: ModelSpec['nodes'] = [
      ['Constant', [], ['two'], attributes],
      ['Pow', ['x', 'two'], ['s']],
    ];
    expect(await gradient({ opset: 13, nodes }, [1, -3])).toEqual([2, -6]);
  });

  test('value_floats, value_int', async () => {
    const nodes: ModelSpec['nodes'] = [
      ['Constant', [], ['w'], { value_floats: { floats: [2, 3] } }],
      ['Constant', [], ['i'], { value_int: 1 }],
      ['Mul', ['x', 'w'], ['m']],
      ['Gather', ['m', 'i'], ['s'], { axis: 1 }],
    ];
    expect(await gradient({ opset: 13, nodes }, [1, 1])).toEqual([0, 3]);
  });

  test('sparse weights', async () => {
    const constants = { w: { dims: [3, 2], values: [5, 7], indices: [1, 4] } };
    expect(await gradient({ opset: 13, constants, nodes: [['MatMul', ['x', 'w'], ['s']]] }, [1, 1, 1])).toEqual([
      5, 0, 7,
    ]);
  });

  test('bfloat16 on the way: cast there and back', async () => {
    const nodes: ModelSpec['nodes'] = [
      ['Mul', ['x', 'x'], ['m']],
      ['Cast', ['m'], ['b'], { to: 16 }],
      ['Cast', ['b'], ['s'], { to: 1 }],
    ];
    const bytes = model({ opset: 13, inputs: { x: [1, 2] }, outputs: { s: [1, 2] }, nodes });
    const shapes = new Map([
      ['m', { type: 1, dims: [1, 2] }],
      ['b', { type: 16, dims: [1, 2] }],
    ]);
    const {
      bytes: augmented,
      gradients,
      cotangentInputs,
      activations,
    } = augment(bytes, { of: 's', wrt: ['x', 'b'], shapes });
    const session = await runtime.load(augmented);
    const results = await session.run(
      new Map([
        ['x', pair([1, -3])],
        [cotangentInputs.get('s') ?? '', pair([1, 1])],
      ]),
    );
    await session.release();
    expect(Array.from(results.get(gradients.get('x') ?? '')?.data ?? [])).toEqual([2, -6]);
    // no JavaScript runtime gives bfloat16 out: it is read as float32
    expect(Array.from(results.get(activations.get('b') ?? '')?.data ?? [])).toEqual([1, 9]);
  });
});
