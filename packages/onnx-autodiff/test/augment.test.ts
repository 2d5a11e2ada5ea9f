import { assert, nat, property } from 'fast-check';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { openGraph } from '../src/graph/graph.ts';
import { AutodiffError, augment, inspect, tail } from '../src/index.ts';
import { type ModelSpec, model } from './models/build.ts';
import { type Ort, runtimeOf } from './rules/runtime.ts';

const runtime = runtimeOf(ort as unknown as Ort, 'cpu');
const eye = { dims: [2, 2], values: [1, 2, 3, 4] };

const spec: ModelSpec = {
  opset: 17,
  inputs: { x: ['N', 2] },
  constants: { w: eye },
  nodes: [
    ['MatMul', ['x', 'w'], ['h']],
    ['Relu', ['h'], ['r']],
    ['MatMul', ['r', 'w'], ['logits']],
    ['Softmax', ['logits'], ['p'], { axis: 1 }],
  ],
  outputs: ['p'],
  valueInfo: { h: ['N', 2], r: ['N', 2], logits: ['N', 2] },
};
const bytes = model(spec);

const index = (value: number) => ({ type: 'int64', dims: [], values: [value] });

/** Where `part` stands in `whole`. */
function indexOf(whole: Uint8Array, part: Uint8Array): number {
  return Buffer.from(whole).indexOf(Buffer.from(part));
}

function refusal(
  file: Uint8Array,
  options: Parameters<typeof augment>[1] = { wrt: 'r', seed: 'class' },
): AutodiffError {
  try {
    augment(file, options);
  } catch (error) {
    if (error instanceof AutodiffError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

describe('augment', () => {
  test('differentiates the logits behind a softmax, per sample, class by class', async () => {
    const { bytes: patched, classInput, gradients, of } = augment(bytes, { wrt: ['r', 'x'], seed: 'class' });
    expect(of).toEqual(['logits']);
    const session = await runtime.load(patched);
    const x = { type: 'float32', dims: [3, 2], data: [1, 1, 1, -1, 1, 1] };
    const results = await session.run(
      new Map([
        ['x', x],
        [classInput ?? '', { type: 'int64', dims: [3], data: [0, 1, -1] }],
      ]),
    );
    await session.release();
    // r = relu(x w): rows [4, 6], [0, 0], [4, 6]; logits = r w, whose top is class 1
    expect(Array.from(results.get(gradients.get('r') ?? '')?.data ?? [])).toEqual([1, 3, 2, 4, 2, 4]);
    expect(Array.from(results.get(gradients.get('x') ?? '')?.data ?? [])).toEqual([7, 15, 0, 0, 10, 22]);
  });

  test('reads limits that an exporter wrote without folding constants', async () => {
    const unfolded = model({
      opset: 13,
      inputs: { x: ['N', 5] },
      constants: { one: index(1), four: index(4), axis: index(1), zero: { type: 'int64', dims: [1], values: [0] } },
      nodes: [
        ['Unsqueeze', ['one', 'zero'], ['start']],
        ['Unsqueeze', ['four', 'zero'], ['end']],
        ['Unsqueeze', ['axis', 'zero'], ['axes']],
        ['Concat', ['zero', 'start'], ['starts'], { axis: 0 }],
        ['Concat', ['end', 'end'], ['ends'], { axis: 0 }],
        ['Concat', ['zero', 'axes'], ['both'], { axis: 0 }],
        ['Slice', ['x', 'starts', 'ends', 'both'], ['y']],
      ],
      outputs: { y: ['M', 3] },
    });
    const { bytes: patched, cotangentInputs, gradients } = augment(unfolded, { of: 'y', wrt: 'x' });
    const session = await runtime.load(patched);
    const results = await session.run(
      new Map([
        ['x', { type: 'float32', dims: [1, 5], data: [1, 2, 3, 4, 5] }],
        [cotangentInputs.get('y') ?? '', { type: 'float32', dims: [1, 3], data: [7, 8, 9] }],
      ]),
    );
    await session.release();
    expect(Array.from(results.get(gradients.get('x') ?? '')?.data ?? [])).toEqual([0, 7, 8, 9, 0]);
  });

  test.each([7, 9, 13, 21])('picks one of many classes at opset %i', async (opset) => {
    const many = model({
      opset,
      inputs: { x: ['N', 200] },
      nodes: [['Relu', ['x'], ['logits']]],
      outputs: { logits: ['N', 200] },
    });
    const { bytes: patched, classInput, gradients, patchBytes } = augment(many, { wrt: 'x', seed: 'class' });
    if (opset >= 9) expect(patchBytes).toBeLessThan(1000);
    const session = await runtime.load(patched);
    const x = { type: 'float32', dims: [2, 200], data: Array.from({ length: 400 }, (_, i) => 1 + ((i * 7) % 200)) };
    const results = await session.run(
      new Map([
        ['x', x],
        [classInput ?? '', { type: 'int64', dims: [2], data: [137, -1] }],
      ]),
    );
    await session.release();
    const gradient = Array.from(results.get(gradients.get('x') ?? '')?.data ?? []);
    // 7 * 57 = 399 is the largest value modulo 200
    expect(gradient.flatMap((value, i) => (value === 0 ? [] : [[i, value]]))).toEqual([
      [137, 1],
      [200 + 57, 1],
    ]);
  });

  test('keeps the original graph bytes as they are', () => {
    const { bytes: patched, patchBytes } = augment(bytes, { wrt: 'r', seed: 'class' });
    const [span] = openGraph(bytes).file.graphSpans;
    const graph = bytes.subarray(span?.from, span?.to);
    expect(indexOf(patched, graph)).toBeGreaterThan(0);
    expect(patchBytes).toBe(patched.length - bytes.length);
    expect(patchBytes).toBeLessThan(2000);
  });

  test('the gradient of a parameter', async () => {
    const { bytes: patched, cotangentInputs, gradients } = augment(bytes, { of: 'h', wrt: 'w' });
    const session = await runtime.load(patched);
    const results = await session.run(
      new Map([
        ['x', { type: 'float32', dims: [2, 2], data: [1, 2, 3, 4] }],
        [cotangentInputs.get('h') ?? '', { type: 'float32', dims: [2, 2], data: [1, 0, 0, 1] }],
      ]),
    );
    await session.release();
    expect(Array.from(results.get(gradients.get('w') ?? '')?.data ?? [])).toEqual([1, 3, 2, 4]);
  });

  test('several graph fields are read as one', () => {
    const [span] = openGraph(bytes).file.graphSpans;
    const field = bytes.subarray(span?.start, span?.to);
    const { outputs } = inspect(new Uint8Array([...bytes, ...new Uint8Array([0x3a, 0])]));
    expect(outputs.map(({ name }) => name)).toEqual(['p']);
    expect(field.length).toBeGreaterThan(0);
  });
});

describe('tail', () => {
  test('computes what lies behind a tensor', async () => {
    const { bytes: behind, input, bypass } = tail(bytes, 'r', { outputs: ['logits'] });
    expect(bypass).toEqual([]);
    const session = await runtime.load(behind);
    const results = await session.run(new Map([[input, { type: 'float32', dims: [1, 2], data: [1, 2] }]]));
    await session.release();
    expect(Array.from(results.get('logits')?.data ?? [])).toEqual([7, 10]);
  });
});

describe('refusals', () => {
  const cyclic = model({
    ...spec,
    nodes: [
      ['Add', ['x', 'b'], ['a']],
      ['Relu', ['a'], ['b']],
    ],
    outputs: ['b'],
  });
  const twice = model({
    ...spec,
    nodes: [
      ['Relu', ['x'], ['p']],
      ['Relu', ['x'], ['p']],
    ],
  });
  const dangling = model({ ...spec, nodes: [['Relu', ['nothing'], ['p']]] });
  const ortFormat = new Uint8Array([0, 0, 0, 0, 0x4f, 0x52, 0x54, 0x4d, 0, 0]);
  const rows: readonly (readonly [what: string, file: Uint8Array, code: string, words: RegExp])[] = [
    ['a text file', new TextEncoder().encode('hello, I am no model'), 'bad-model', /./],
    ['nothing', new Uint8Array(), 'bad-model', /without a graph/],
    ['half a file', bytes.subarray(0, bytes.length / 2), 'bad-model', /check/],
    ['ORT format', ortFormat, 'unsupported-model', /ORT format/],
    ['a cycle', cyclic, 'bad-model', /cycle/],
    ['a name used twice', twice, 'bad-model', /two node outputs are called p/],
    ['a tensor that nothing makes', dangling, 'bad-model', /nothing makes it/],
  ];
  for (const [what, file, code, words] of rows) {
    test(what, () => {
      const error = refusal(file);
      expect(error.code).toBe(code);
      expect(error.message).toMatch(words);
      expect(error.message).not.toMatch(/\n/);
    });
  }

  test('an operator set that no runtime has kernels for', () => {
    expect(refusal(model({ ...spec, opset: 6 }), { of: 'h', wrt: 'x' })).toMatchObject({
      code: 'unsupported-model',
      message: expect.stringContaining('opset 6'),
    });
  });

  test('an unknown tensor, with the closest', () => {
    expect(refusal(bytes, { wrt: 'logitz' })).toMatchObject({
      code: 'unknown-tensor',
      message: expect.stringContaining('logits'),
    });
  });

  test('a tensor that the score does not depend on', () => {
    expect(refusal(bytes, { of: 'h', wrt: 'r' }).code).toBe('off-path');
  });

  test('every operator without a rule is named, with what lies before and behind', () => {
    const file = model({
      ...spec,
      nodes: [
        ['DFT', ['x'], ['a']],
        ['Relu', ['a'], ['r']],
        ['NonMaxSuppression', ['r', 'r'], ['n']],
        ['STFT', ['r'], ['s']],
        ['Inverse', ['s'], ['p'], {}, 'com.microsoft'],
      ],
    });
    const { blockers, code } = refusal(file, { of: 'p', wrt: 'x' });
    expect(code).toBe('no-gradient');
    expect(blockers.map(({ op }) => op)).toEqual(['com.microsoft.Inverse', 'STFT', 'DFT']);
  });

  test('what passed through integers has no gradient, whatever it is made into later', () => {
    const file = model({
      ...spec,
      nodes: [
        ['Cast', ['x'], ['i'], { to: 7 }],
        ['Cast', ['i'], ['r'], { to: 1 }],
        ['Identity', ['r'], ['p']],
      ],
    });
    expect(refusal(file, { of: 'p', wrt: 'x' }).code).toBe('off-path');
  });

  test('an operator without a rule in front of the tensor is not in the way', () => {
    const file = model({
      ...spec,
      nodes: [
        ['NonMaxSuppression', ['x', 'x'], ['n']],
        ['STFT', ['x'], ['r']],
        ['Relu', ['r'], ['p']],
      ],
    });
    expect(augment(file, { of: 'p', wrt: 'r' }).gradients.size).toBe(1);
    expect(refusal(file, { of: 'p', wrt: 'x' }).blockers).toHaveLength(1);
  });

  test('damaged bytes are read or refused, never anything else', () => {
    assert(
      property(nat(bytes.length - 1), nat(255), nat(bytes.length), (at, value, length) => {
        const damaged = bytes.slice(0, Math.max(length, at + 1));
        damaged[at] = value;
        try {
          augment(damaged, { wrt: 'r', seed: 'class' });
        } catch (error) {
          if (!(error instanceof AutodiffError)) throw error;
        }
      }),
      { seed: 1, numRuns: 3000 },
    );
  });
});
