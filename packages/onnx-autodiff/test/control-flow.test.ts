import { describe, expect, test } from 'vitest';
import { AutodiffError, augment } from '../src/index.ts';
import { type ModelSpec, model } from './models/build.ts';
import { base, gradients, noise, same, weights, x } from './models/same-gradients.ts';
import { relativeError } from './rules/check.ts';

function refusal(spec: ModelSpec, wrt: string): AutodiffError {
  try {
    augment(model(spec), { of: 'y', wrt });
  } catch (error) {
    if (error instanceof AutodiffError) return error;
  }
  throw new Error('was accepted');
}

const condition = (value: number): ModelSpec['constants'] => ({ c: { type: 'bool', dims: [], values: [value] } });

/** What reaches each element in front of the matrix. */
const row = (i: number): number => weights.w.values.slice(3 * i, 3 * i + 3).reduce((a, b) => a + b, 0);

describe('control flow', () => {
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
      [
        ['x', 'x'],
        ['h', 'h'],
        ['h/h', 'm'],
      ],
    );
    await same(
      { ...base, constants: { ...weights, ...condition(0) }, nodes },
      {
        ...base,
        constants: weights,
        nodes: [
          ['Neg', ['x'], ['h']],
          ['Gemm', ['h', 'w', 'b'], ['y']],
        ],
      },
      [['x', 'x']],
    );
  });

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
    [
      'If',
      [
        ['ReduceSum', ['x'], ['s'], { keepdims: 0 }],
        ['Cast', ['s'], ['c'], { to: 9 }],
        ['If', ['c'], ['h'], branches],
      ],
    ],
    ['Loop', [['Loop', ['n', '', 'x'], ['h'], loop]]],
    [
      'Scan',
      [
        [
          'Scan',
          ['x'],
          ['h'],
          {
            num_scan_inputs: 1,
            body: { graph: { inputs: { v: [4] }, nodes: [['Relu', ['v'], ['out']]], outputs: { out: [4] } } },
          },
        ],
      ],
    ],
    [
      'SequenceAt',
      [
        ['SplitToSequence', ['x'], ['s'], { axis: 1 }],
        ['SequenceAt', ['s', 'zero'], ['h']],
      ],
    ],
  ] as [string, ModelSpec['nodes']][])('%s between layer and score is refused by name', (op, front) => {
    const spec = {
      ...base,
      constants: {
        ...weights,
        n: { type: 'int64', dims: [], values: [3] },
        zero: { type: 'int64', dims: [], values: [0] },
      },
      nodes: [...front, ['Gemm', ['h', 'w', 'b'], ['y']] as const],
    };
    const error = refusal(spec, 'x');
    expect(error.code).toBe('no-gradient');
    expect(error.blockers.map((blocker) => blocker.op)).toContain(op);
    // behind it all is well
    expect(
      augment(model(spec), { of: 'y', wrt: 'h', shapes: new Map([['h', { type: 1, dims: ['N', 4] }]]) }).gradients.size,
    ).toBe(1);
  });

  test('a branch that reads nothing but sizes of the layer is a constant', async () => {
    const ones = { value: { tensor: { dims: [1], values: [1] } } };
    const outputs = { out: ['N', 4] as const };
    const spec: ModelSpec = {
      ...base,
      constants: { ...weights, two: { type: 'int64', dims: [], values: [2] } },
      nodes: [
        ['Relu', ['x'], ['h']],
        ['Shape', ['h'], ['sizes']],
        ['Size', ['sizes'], ['rank']],
        ['Equal', ['rank', 'two'], ['flat']],
        [
          'If',
          ['flat'],
          ['shift'],
          {
            then_branch: { graph: { nodes: [['ConstantOfShape', ['sizes'], ['out'], ones]], outputs } },
            else_branch: { graph: { nodes: [['ConstantOfShape', ['sizes'], ['out']]], outputs } },
          },
        ],
        ['Add', ['h', 'shift'], ['shifted']],
        ['Gemm', ['shifted', 'w', 'b'], ['y']],
      ],
    };
    const [, gradient] = await gradients(model(spec), ['h']);
    expect(relativeError(gradient ?? [], [0, 1, 2, 3, 0, 1, 2, 3].map(row))).toBeLessThan(1e-6);
  });

  test('an If that only squeezes, or does not, passes the gradient', async () => {
    const squeezed = { graph: { nodes: [['Squeeze', ['h', 'one'], ['out']] as const], outputs: ['out'] } };
    const kept = { graph: { nodes: [['Identity', ['h'], ['out']] as const], outputs: ['out'] } };
    for (const [then, otherwise] of [
      [squeezed, kept],
      [kept, squeezed],
    ] as const) {
      const spec: ModelSpec = {
        ...base,
        constants: {
          ...weights,
          one: { type: 'int64', dims: [1], values: [1] },
          wanted: { type: 'int64', dims: [1], values: [then === squeezed ? 1 : 4] },
          to: { type: 'int64', dims: [2], values: [-1, 4] },
        },
        nodes: [
          ['Sin', ['x'], ['s']],
          ['Unsqueeze', ['s', 'one'], ['h']],
          ['Shape', ['h'], ['sizes']],
          ['Gather', ['sizes', 'one'], ['size']],
          ['Equal', ['size', 'wanted'], ['single']],
          ['If', ['single'], ['i'], { then_branch: then, else_branch: otherwise }],
          ['Reshape', ['i', 'to'], ['flat']],
          ['Gemm', ['flat', 'w', 'b'], ['y']],
        ],
      };
      const [, gradient] = await gradients(model(spec), ['x']);
      const expected = Array.from(x.data, (value, i) => Math.cos(value) * row(i % 4));
      expect(relativeError(gradient ?? [], expected)).toBeLessThan(1e-6);
    }
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
    expect(relativeError(gradient ?? [], [0, 1, 2, 3, 0, 1, 2, 3].map(row))).toBeLessThan(1e-6);
  });
});
