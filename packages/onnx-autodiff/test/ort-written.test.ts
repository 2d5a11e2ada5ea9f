import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { openGraph } from '../src/graph/graph.ts';
import { AutodiffError, augment } from '../src/index.ts';
import { type ModelSpec, model, type NodeSpec } from './models/build.ts';
import { measured } from './models/measured.ts';
import { relativeError } from './rules/check.ts';
import { generator, normal } from './rules/random.ts';
import { type Ort, runtimeOf, type Values } from './rules/runtime.ts';

const runtime = runtimeOf(ort as unknown as Ort, 'cpu');

/** What ONNX Runtime itself writes when it has optimised a model. */
async function optimised(bytes: Uint8Array, level: 'extended' | 'all'): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'gradcam-optimised-'));
  const optimizedModelFilePath = join(folder, 'model.onnx');
  const session = await ort.InferenceSession.create(bytes, {
    graphOptimizationLevel: level,
    optimizedModelFilePath,
    logSeverityLevel: 3,
  });
  await session.release();
  const written = new Uint8Array(readFileSync(optimizedModelFilePath));
  rmSync(folder, { recursive: true });
  return written;
}

const random = generator(4);
const draw = (dims: readonly number[], scale = 1): { dims: readonly number[]; values: number[] } => ({
  dims,
  values: Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => scale * normal(random)),
});
const number = (value: number): { dims: readonly number[]; values: number[] } => ({ dims: [], values: [value] });

/** A layer normalisation over the last axis, as PyTorch writes it below opset 17. */
const normalised = (x: string, y: string): NodeSpec[] => [
  ['ReduceMean', [x], [`${y}/mean`], { axes: [-1] }],
  ['Sub', [x, `${y}/mean`], [`${y}/centred`]],
  ['Pow', [`${y}/centred`, 'two'], [`${y}/squares`]],
  ['ReduceMean', [`${y}/squares`], [`${y}/variance`], { axes: [-1] }],
  ['Add', [`${y}/variance`, 'epsilon'], [`${y}/safe`]],
  ['Sqrt', [`${y}/safe`], [`${y}/deviation`]],
  ['Div', [`${y}/centred`, `${y}/deviation`], [`${y}/normal`]],
  ['Mul', [`${y}/normal`, 'gamma'], [`${y}/scaled`]],
  ['Add', [`${y}/scaled`, 'beta'], [y]],
];

/** Gelu written out. */
const gelu = (x: string, y: string): NodeSpec[] => [
  ['Div', [x, 'root'], [`${y}/inner`]],
  ['Erf', [`${y}/inner`], [`${y}/erf`]],
  ['Add', [`${y}/erf`, 'one'], [`${y}/raised`]],
  ['Mul', [x, `${y}/raised`], [`${y}/product`]],
  ['Mul', [`${y}/product`, 'half'], [y]],
];

const transformer: ModelSpec = {
  opset: 13,
  inputs: { x: [2, 3, 8, 8] },
  constants: {
    filters: draw([8, 3, 2, 2], 0.4),
    offsets: draw([8]),
    two: number(2),
    one: number(1),
    half: number(0.5),
    root: number(Math.SQRT2),
    epsilon: number(1e-5),
    scale: number(0.35),
    gamma: draw([8]),
    beta: draw([8]),
    wide: draw([8, 12], 0.4),
    shift: draw([12]),
    narrow: draw([12, 8], 0.4),
    head: draw([8, 5]),
    bias: draw([5]),
    tokens: { type: 'int64', dims: [3], values: [2, 16, 8] },
  },
  nodes: [
    ['Conv', ['x', 'filters', 'offsets'], ['c'], { kernel_shape: [2, 2], strides: [2, 2] }],
    ['LeakyRelu', ['c'], ['a'], { alpha: { float: 0.1 } }],
    ['Reshape', ['a', 'tokens'], ['t']],
    ...normalised('t', 'n'),
    ['Transpose', ['n'], ['turned'], { perm: [0, 2, 1] }],
    ['MatMul', ['n', 'turned'], ['products']],
    ['Mul', ['products', 'scale'], ['scores']],
    ['Softmax', ['scores'], ['p'], { axis: -1 }],
    ['MatMul', ['p', 'n'], ['mixed']],
    ['Add', ['t', 'mixed'], ['residual']],
    ['MatMul', ['residual', 'wide'], ['w']],
    ['Add', ['w', 'shift'], ['shifted']],
    ...gelu('shifted', 'g'),
    ['MatMul', ['g', 'narrow'], ['back']],
    ['ReduceMean', ['back'], ['pooled'], { axes: [1], keepdims: 0 }],
    ['Gemm', ['pooled', 'head', 'bias'], ['logits']],
    ['Sigmoid', ['logits'], ['y']],
  ],
  outputs: { y: [2, 5] },
};

const integers = (dims: readonly number[]): { type: string; dims: readonly number[]; values: number[] } => ({
  ...draw(dims),
  type: 'int8',
  values: draw(dims).values.map((value) => Math.max(-127, Math.min(127, Math.round(50 * value)))),
});
const quantised = (x: string, y: string): NodeSpec[] => [
  ['QuantizeLinear', [x, 's', 'z'], [`${y}/q`]],
  ['DequantizeLinear', [`${y}/q`, 's', 'z'], [y]],
];

/** A residual block between quantisers and dequantisers. */
const qdq: ModelSpec = {
  opset: 13,
  inputs: { x: [2, 4, 6, 6] },
  constants: {
    s: number(0.05),
    z: { type: 'uint8', dims: [], values: [100] },
    ws: number(0.004),
    wz: { type: 'int8', dims: [], values: [0] },
    w1: integers([4, 4, 3, 3]),
    w2: integers([4, 4, 1, 1]),
    head: draw([4, 5]),
    bias: draw([5]),
  },
  nodes: [
    ...quantised('x', 'in'),
    ['DequantizeLinear', ['w1', 'ws', 'wz'], ['f1']],
    ['DequantizeLinear', ['w2', 'ws', 'wz'], ['f2']],
    ['Conv', ['in', 'f1'], ['c1'], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }],
    ...quantised('c1', 'a'),
    ['Conv', ['a', 'f2'], ['c2'], { kernel_shape: [1, 1] }],
    ...quantised('c2', 'b'),
    ['Add', ['a', 'b'], ['sum']],
    ...quantised('sum', 'd'),
    ['GlobalAveragePool', ['d'], ['mean']],
    ...quantised('mean', 'm'),
    ['Flatten', ['m'], ['flat']],
    ['Gemm', ['flat', 'head', 'bias'], ['y']],
  ],
  outputs: { y: [2, 5] },
};

async function gradientAt(bytes: Uint8Array, x: Values, wrt: string): Promise<ArrayLike<number>> {
  const feeds = new Map([['x', x]]);
  const augmented = augment(bytes, { of: 'y', wrt, shapes: await measured(runtime, bytes, feeds) });
  const session = await runtime.load(augmented.bytes);
  const cotangent = { type: 'float32', dims: [2, 5], data: [1, -2, 3, 0.5, 1, 2, -1, 0, 1, -1] };
  const results = await session.run(new Map([...feeds, [augmented.cotangentInputs.get('y') ?? '', cotangent]]));
  await session.release();
  return results.get(augmented.gradients.get(wrt) ?? '')?.data ?? [];
}

const kindsOf = (bytes: Uint8Array): ReadonlySet<string> => new Set(openGraph(bytes).nodes.map(({ kind }) => kind));
const noise = (dims: readonly number[]): Values => ({
  type: 'float32',
  dims,
  data: Float32Array.from(draw(dims).values),
});

describe('files that ONNX Runtime has optimised', () => {
  test('a transformer fused at level "extended" has the gradient of the original', async () => {
    const bytes = model(transformer);
    const written = await optimised(bytes, 'extended');
    expect([...kindsOf(written)]).toEqual(
      expect.arrayContaining([
        'com.microsoft.FusedConv',
        'com.microsoft.Gelu',
        'com.microsoft.FusedMatMul',
        'com.microsoft.FusedGemm',
        'LayerNormalization',
      ]),
    );
    const x = noise([2, 3, 8, 8]);
    for (const wrt of ['x', 'a'])
      expect(relativeError(await gradientAt(written, x, wrt), await gradientAt(bytes, x, wrt)), wrt).toBeLessThan(1e-5);
  });

  test('a QDQ network fused to integer operators has the gradient of the original', async () => {
    const bytes = model(qdq);
    const written = await optimised(bytes, 'extended');
    expect([...kindsOf(written)]).toEqual(
      expect.arrayContaining(['QLinearConv', 'com.microsoft.QLinearAdd', 'com.microsoft.QLinearGlobalAveragePool']),
    );
    const x = noise([2, 4, 6, 6]);
    const [a, b] = [await gradientAt(bytes, x, 'x'), await gradientAt(written, x, 'x')];
    expect(Array.from(a).some((value) => value !== 0)).toBe(true);
    expect(relativeError(b, a)).toBeLessThan(1e-5);
  });

  test('layouts of one machine, at level "all", are refused by name', async () => {
    const written = await optimised(model(transformer), 'all');
    const layout = [...kindsOf(written)].find((kind) => kind.startsWith('com.microsoft.nchwc.'));
    if (layout === undefined) return; // this processor has no blocked layout
    try {
      augment(written, { of: 'y', wrt: 'x' });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(AutodiffError);
      expect((error as AutodiffError).message).toMatch(/com\.microsoft\.nchwc\.Conv .*memory layout of one machine/);
    }
  });
});
