import { describe, expect, test } from 'vitest';
import { FLOAT } from '../src/graph/types.ts';
import { type AutodiffError, augment, inspect, tail } from '../src/index.ts';
import { type ModelSpec, model } from './models/build.ts';
import { measured } from './models/measured.ts';
import { base, runtime, same, weights, x } from './models/same-gradients.ts';
import { relativeError } from './rules/check.ts';

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
    const results = await session.run(
      new Map([...behind.bypass.map((name) => [name, x] as const), [behind.input, value]]),
    );
    await session.release();
    const plain = tail(model(written), 't1', { shapes: new Map([['t1', { type: 1, dims: ['N', 3] }]]) });
    const other = await runtime.load(plain.bytes);
    const expected = await other.run(
      new Map([...plain.bypass.map((name) => [name, x] as const), [plain.input, value]]),
    );
    await other.release();
    expect(relativeError(results.get('y')?.data ?? [], expected.get('y')?.data ?? [])).toBeLessThan(1e-6);
  });

  test('the original bytes stay, and a function that calls itself is refused', () => {
    const bytes = model(called);
    const { bytes: extended } = augment(bytes, {
      of: 'y',
      wrt: 'p',
      shapes: new Map([['p', { type: 1, dims: ['N', 3] }]]),
    });
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
    expect(() => augment(bytes, { of: 'y', wrt: 'x' })).toThrow(
      expect.objectContaining({ code: 'unsupported-model' }) as AutodiffError,
    );
  });
});
