import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { AutodiffError, augment, inspect, tail } from '../src/index.ts';
import { type ModelSpec, model } from './models/build.ts';
import { measured } from './models/measured.ts';
import { relativeError } from './rules/check.ts';
import { generator, normal } from './rules/random.ts';
import { type Ort, runtimeOf, type Values } from './rules/runtime.ts';

const runtime = runtimeOf(ort as unknown as Ort, 'cpu');
const random = generator(11);
const noise = (...dims: number[]): { dims: readonly number[]; values: number[] } => ({
  dims,
  values: Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => normal(random)),
});

const FLOAT = 1;
const x: Values = { type: 'float32', dims: [2, 4], data: noise(2, 4).values };

/** y and its gradients for a cotangent of ones with respect to some tensors, all found by running. */
async function gradients(bytes: Uint8Array, wrt: readonly string[]): Promise<readonly ArrayLike<number>[]> {
  const feeds = new Map([['x', x]]);
  const shapes = await measured(runtime, bytes, feeds);
  const augmented = augment(bytes, { of: 'y', wrt, shapes });
  const session = await runtime.load(augmented.bytes);
  const dims = (shapes.get('y')?.dims ?? []) as number[];
  const cotangent = { type: 'float32', dims, data: new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(1) };
  const results = await session.run(new Map([...feeds, [augmented.cotangentInputs.get('y') ?? '', cotangent]]));
  await session.release();
  return [results.get('y')?.data ?? [], ...wrt.map((name) => results.get(augmented.gradients.get(name) ?? '')?.data ?? [])];
}

/** The same computation with and without functions. */
async function same(one: ModelSpec, other: ModelSpec, wrt: readonly (readonly [string, string])[]): Promise<void> {
  const a = await gradients(model(one), wrt.map(([name]) => name));
  const b = await gradients(model(other), wrt.map(([, name]) => name));
  a.forEach((values, i) => {
    expect(Array.from(values).some((value) => value !== 0)).toBe(true);
    expect(relativeError(values, b[i] ?? []), `${i}`).toBeLessThan(1e-6);
  });
}

const base = { opset: 17, inputs: { x: ['N', 4] }, outputs: { y: ['N', 3] } } as const;
const weights = { w: noise(4, 3), b: noise(3) };

describe('local functions', () => {
  const functions: ModelSpec['functions'] = {
    // an optional input that the call leaves out, an attribute of the call, one with a default
    Dense: {
      inputs: ['a', 'matrix', 'bias'],
      outputs: ['r'],
      attributes: ['slope'],
      defaults: { alpha: { float: 0.5 } },
      nodes: [
        ['Gemm', ['a', 'matrix', 'bias'], ['h'], { alpha: { ref: 'alpha', type: FLOAT } }],
        ['LeakyRelu', ['h'], ['r'], { alpha: { ref: 'slope', type: FLOAT } }],
      ],
    },
    // calls another, and uses names that the main graph and the other use too
    Block: {
      inputs: ['x', 'w', 'b'],
      outputs: ['y', 'both'],
      attributes: ['slope'],
      nodes: [
        ['Dense', ['x', 'w', 'b'], ['h'], { slope: { ref: 'slope', type: FLOAT } }, 'local'],
        ['Tanh', ['h'], ['r']],
        ['Mul', ['h', 'r'], ['y']],
        ['Add', ['h', 'r'], ['both']],
      ],
    },
  };
  const called: ModelSpec = {
    ...base,
    constants: weights,
    functions,
    nodes: [
      ['Sigmoid', ['x'], ['h']],
      ['Block', ['h', 'w', 'b'], ['p', 'q'], { slope: { float: 0.3 } }, 'local'],
      ['Dense', ['x', 'w'], ['r'], { slope: { float: 0.1 }, alpha: { float: 2 } }, 'local'],
      ['Sum', ['p', 'q', 'r'], ['y']],
    ],
  };
  const written: ModelSpec = {
    ...base,
    constants: weights,
    nodes: [
      ['Sigmoid', ['x'], ['h']],
      ['Gemm', ['h', 'w', 'b'], ['h1'], { alpha: { float: 0.5 } }],
      ['LeakyRelu', ['h1'], ['r1'], { alpha: { float: 0.3 } }],
      ['Tanh', ['r1'], ['t1']],
      ['Mul', ['r1', 't1'], ['p']],
      ['Add', ['r1', 't1'], ['q']],
      ['Gemm', ['x', 'w'], ['h2'], { alpha: { float: 2 } }],
      ['LeakyRelu', ['h2'], ['r'], { alpha: { float: 0.1 } }],
      ['Sum', ['p', 'q', 'r'], ['y']],
    ],
  };

  test('nested, with attributes, defaults, an absent input and names that clash', async () => {
    await same(called, written, [
      ['x', 'x'],
      ['h', 'h'],
      ['w', 'w'],
      ['b', 'b'],
      ['p', 'p'],
    ]);
  });

  test('tensors within are layers: read, differentiated and resumed at', async () => {
    const bytes = model(called);
    const shapes = await measured(runtime, bytes, new Map([['x', x]]));
    const layers = inspect(bytes, { shapes, score: 'y' }).layers.map(({ name }) => name);
    expect(layers).toEqual(expect.arrayContaining(['p/h', 'p/r', 'r/h']));
    await same(called, written, [
      ['p/h', 'r1'],
      ['p/r', 't1'],
    ]);
    const behind = tail(bytes, 'p/r', { shapes });
    const session = await runtime.load(behind.bytes);
    const value = { type: 'float32', dims: [2, 3], data: [1, 2, 3, 4, 5, 6] };
    const results = await session.run(new Map([...behind.bypass.map((name) => [name, x] as const), [behind.input, value]]));
    await session.release();
    const plain = tail(model(written), 't1', { shapes: new Map([['t1', { type: 1, dims: ['N', 3] }]]) });
    const other = await runtime.load(plain.bytes);
    const expected = await other.run(new Map([...plain.bypass.map((name) => [name, x] as const), [plain.input, value]]));
    await other.release();
    expect(relativeError(results.get('y')?.data ?? [], expected.get('y')?.data ?? [])).toBeLessThan(1e-6);
  });

  test('the original bytes stay, and a function that calls itself is refused', () => {
    const bytes = model(called);
    const { bytes: extended } = augment(bytes, { of: 'y', wrt: 'p', shapes: new Map([['p', { type: 1, dims: ['N', 3] }]]) });
    expect(Buffer.from(extended).indexOf(Buffer.from('Block'))).toBeGreaterThan(0);
    const endless: ModelSpec = {
      ...called,
      functions: { Dense: { inputs: ['a', 'm'], outputs: ['r'], nodes: [['Dense', ['a', 'm'], ['r'], {}, 'local']] } },
      nodes: [['Dense', ['x', 'w'], ['y'], {}, 'local']],
    };
    expect(() => augment(model(endless), { of: 'y', wrt: 'x' })).toThrow(/calls itself/);
  });

  test('functions that double a thousand times are refused, not written out', () => {
    const doubling = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [
        `F${i}`,
        {
          inputs: ['a'],
          outputs: ['c'],
          nodes: [
            [i === 0 ? 'Relu' : `F${i - 1}`, ['a'], ['b'], {}, i === 0 ? '' : 'local'],
            [i === 0 ? 'Relu' : `F${i - 1}`, ['b'], ['c'], {}, i === 0 ? '' : 'local'],
          ] as const,
        },
      ]),
    );
    const bytes = model({ ...base, functions: doubling, nodes: [['F39', ['x'], ['y'], {}, 'local']] });
    expect(() => augment(bytes, { of: 'y', wrt: 'x' })).toThrow(expect.objectContaining({ code: 'unsupported-model' }) as AutodiffError);
  });
});

describe('control flow', () => {
  const condition = (value: number): ModelSpec['constants'] => ({ c: { type: 'bool', dims: [], values: [value] } });
  const branches = {
    then_branch: {
      graph: {
        constants: { k: noise(4) },
        nodes: [['Mul', ['x', 'k'], ['h']] as const, ['Tanh', ['h'], ['out']] as const],
        outputs: { out: ['N', 4] as const },
      },
    },
    else_branch: { graph: { nodes: [['Neg', ['x'], ['out']] as const], outputs: { out: ['N', 4] as const } } },
  };
  const nodes: ModelSpec['nodes'] = [
    ['If', ['c'], ['h'], branches],
    ['Gemm', ['h', 'w', 'b'], ['y']],
  ];

  test('an If with a constant condition is its branch', async () => {
    await same(
      { ...base, constants: { ...weights, ...condition(1) }, nodes },
      {
        ...base,
        constants: { ...weights, ...branches.then_branch.graph.constants },
        nodes: [
          ['Mul', ['x', 'k'], ['m']],
          ['Tanh', ['m'], ['h']],
          ['Gemm', ['h', 'w', 'b'], ['y']],
        ],
      },
      [['x', 'x'], ['h', 'h'], ['h/h', 'm']],
    );
    await same(
      { ...base, constants: { ...weights, ...condition(0) }, nodes },
      { ...base, constants: weights, nodes: [['Neg', ['x'], ['h']], ['Gemm', ['h', 'w', 'b'], ['y']]] },
      [['x', 'x']],
    );
  });

  const refusal = (spec: ModelSpec, wrt: string): AutodiffError => {
    try {
      augment(model(spec), { of: 'y', wrt });
    } catch (error) {
      if (error instanceof AutodiffError) return error;
    }
    throw new Error('was accepted');
  };

  const loop = {
    body: {
      graph: {
        inputs: { i: { type: 'int64', dims: [] }, go: { type: 'bool', dims: [] }, v: ['N', 4] as const },
        nodes: [['Identity', ['go'], ['on']] as const, ['Relu', ['v'], ['out']] as const],
        outputs: { on: { type: 'bool', dims: [] }, out: ['N', 4] as const },
      },
    },
  };

  test.each([
    ['If', [['ReduceSum', ['x'], ['s'], { keepdims: 0 }], ['Cast', ['s'], ['c'], { to: 9 }], ['If', ['c'], ['h'], branches]]],
    ['Loop', [['Loop', ['n', '', 'x'], ['h'], loop]]],
    ['Scan', [['Scan', ['x'], ['h'], { num_scan_inputs: 1, body: { graph: { inputs: { v: [4] }, nodes: [['Relu', ['v'], ['out']]], outputs: { out: [4] } } } }]]],
    ['SequenceAt', [['SplitToSequence', ['x'], ['s'], { axis: 1 }], ['SequenceAt', ['s', 'zero'], ['h']]]],
  ] as [string, ModelSpec['nodes']][])('%s between layer and score is refused by name', (op, front) => {
    const spec = {
      ...base,
      constants: { ...weights, n: { type: 'int64', dims: [], values: [3] }, zero: { type: 'int64', dims: [], values: [0] } },
      nodes: [...front, ['Gemm', ['h', 'w', 'b'], ['y']] as const],
    };
    const error = refusal(spec, 'x');
    expect(error.code).toBe('no-gradient');
    expect(error.blockers.map((blocker) => blocker.op)).toContain(op);
    // behind it all is well
    expect(augment(model(spec), { of: 'y', wrt: 'h', shapes: new Map([['h', { type: 1, dims: ['N', 4] }]]) }).gradients.size).toBe(1);
  });

  test('off the path it is harmless', async () => {
    const spec: ModelSpec = {
      ...base,
      constants: { ...weights, n: { type: 'int64', dims: [], values: [3] } },
      nodes: [
        ['Relu', ['x'], ['h']],
        ['Loop', ['n', '', 'x'], ['other'], loop],
        ['SplitToSequence', ['x'], ['parts'], { axis: 1 }],
        ['SequenceLength', ['parts'], ['count']],
        ['Gemm', ['h', 'w', 'b'], ['y']],
      ],
      outputs: { y: ['N', 3], other: ['N', 4], count: { type: 'int64', dims: [] } },
    };
    const [, gradient] = await gradients(model(spec), ['h']);
    const row = (i: number): number => weights.w.values.slice(3 * i, 3 * i + 3).reduce((a, b) => a + b, 0);
    expect(relativeError(gradient ?? [], [0, 1, 2, 3, 0, 1, 2, 3].map(row))).toBeLessThan(1e-6);
  });
});
