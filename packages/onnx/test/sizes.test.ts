import { relativeError } from '@gradcam/conformance';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { type ModelSpec, model, type NodeSpec } from '../../onnx-autodiff/test/models/build.ts';
import { fromOnnx, type Pass, type Tensor } from '../src/index.ts';
import { noise } from './noise.ts';

const tensor = (dims: readonly number[]): Tensor => noise(31)(dims);

async function gradientOf(spec: ModelSpec, x: Tensor, layers: readonly string[]): Promise<Pass> {
  const opened = await fromOnnx(model(spec), ort);
  const pass = await opened.run(x, { layers, seed: 'top' });
  await opened.dispose();
  return pass;
}

/** One filter of 3 along each axis and step 2, six times: ceil(size / 64) positions are left of each. */
function deep(sides: readonly (number | string)[]): ModelSpec {
  const all = (value: number): number[] => sides.map(() => value);
  const window = { kernel_shape: all(3), strides: all(2), pads: [...all(1), ...all(1)] };
  const steps = Array.from({ length: 6 }, (_, i): readonly NodeSpec[] => [
    ['Conv', [i === 0 ? 'x' : `r${i - 1}`, `w${i}`], [`c${i}`], window],
    ['Sigmoid', [`c${i}`], [`r${i}`]],
  ]);
  const axes = sides.map((_, axis) => axis + 2);
  return {
    opset: 13,
    inputs: { x: ['N', 2, ...sides] },
    constants: Object.fromEntries(
      steps.map((_, i) => [`w${i}`, noise(i + 1)([3, i === 0 ? 2 : 3, ...all(3)])] as const),
    ),
    nodes: [
      ...steps.flat(),
      ['ReduceMean', ['r5'], ['mean'], { axes, keepdims: 1 }],
      ['Sub', ['r5', 'mean'], ['apart']],
      ['Mul', ['apart', 'r5'], ['square']],
      ['ReduceMean', ['square'], ['logits'], { axes, keepdims: 0 }],
    ],
    outputs: ['logits'],
  };
}

describe('what varies with the input is not taken for a constant', () => {
  test.each([
    [
      'a picture',
      ['H', 'W'],
      [
        [224, 224],
        [288, 264],
        [320, 100],
      ],
    ],
    ['a signal', ['L'], [[224], [300], [640]]],
  ] as const)('%s behind a stride of 64', async (_, free, sizes) => {
    const dynamic = await fromOnnx(model(deep(free)), ort);
    for (const sides of sizes) {
      const x = tensor([2, 2, ...sides]);
      const pass = await dynamic.run(x, { layers: ['x', 'r5'], seed: 'top' });
      const fixed = await gradientOf(deep(sides), x, ['x', 'r5']);
      for (const layer of ['x', 'r5']) {
        const gradient = pass.gradients.get(layer) as Tensor;
        expect(relativeError(gradient.data, fixed.gradients.get(layer)?.data ?? []), `${sides}`).toBeLessThan(1e-5);
        const activation = pass.activations.get(layer) as Tensor;
        const pulled = await dynamic.pull({ layer, activation }, 'top');
        expect(relativeError(pulled.data, gradient.data), `${sides}`).toBeLessThan(1e-5);
      }
    }
    await dynamic.dispose();
  });
});

/** A convolution, then nodes that hold the batch by the sizes `to` they ask for and end in `held` [N, 48], then a matrix. */
const heldBy = (batch: number, holding: readonly NodeSpec[]): ModelSpec => ({
  opset: 13,
  inputs: { x: ['N', 2, 4, 4] },
  constants: {
    w: noise(1)([3, 2, 3, 3]),
    head: noise(2)([48, 4]),
    token: noise(3)([1, 48]),
    to: { type: 'int64', dims: [2], values: [batch, 48] },
  },
  nodes: [
    ['Conv', ['x', 'w'], ['c'], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }],
    ['Sigmoid', ['c'], ['r']],
    ...holding,
    ['MatMul', ['held', 'head'], ['logits']],
  ],
  outputs: ['logits'],
});

const reshaped: readonly NodeSpec[] = [['Reshape', ['r', 'to'], ['held']]];

/** One sample broadcasts against it. */
const expanded: readonly NodeSpec[] = [
  ['Flatten', ['r'], ['flat']],
  ['Expand', ['token', 'to'], ['tokens']],
  ['Mul', ['flat', 'tokens'], ['held']],
];

test.each([
  ['Reshape', reshaped, 2, -1],
  ['Reshape', reshaped, 4, -1],
  ['Expand', expanded, 2, 1],
  ['Expand', expanded, 4, 1],
] as const)('a batch that only the sizes of %s fix is looped, remainder included', async (_, holding, fixed, free) => {
  for (const batch of [1, 2, 5]) {
    const x = tensor([batch, 2, 4, 4]);
    const held = await gradientOf(heldBy(fixed, holding), x, ['x', 'r']);
    const open = await gradientOf(heldBy(free, holding), x, ['x', 'r']);
    expect(held.output.dims).toEqual([batch, 4]);
    expect(relativeError(held.output.data, open.output.data)).toBeLessThan(1e-6);
    for (const layer of ['x', 'r'])
      expect(
        relativeError(held.gradients.get(layer)?.data ?? [], open.gradients.get(layer)?.data ?? []),
        `${batch}`,
      ).toBeLessThan(1e-5);
  }
});

test('where ONNX infers another size than the kernel makes, the refusal says so', async () => {
  // 5 times the float32 next to 1.4 is just below 7: inference says 6 cells, the kernel rounds to 7
  const spec: ModelSpec = {
    opset: 9,
    inputs: { x: ['N', 2, 5, 5] },
    constants: { scales: { dims: [4], values: Float32Array.of(1, 1, 1.4, 1.4) } },
    nodes: [
      ['Upsample', ['x', 'scales'], ['up'], { mode: 'linear' }],
      ['Mul', ['up', 'up'], ['square']],
      ['GlobalAveragePool', ['square'], ['pooled']],
      ['Flatten', ['pooled'], ['logits']],
    ],
    outputs: ['logits'],
  };
  const opened = await fromOnnx(model(spec), ort);
  await expect(opened.run(tensor([1, 2, 5, 5]), { layers: ['x'], seed: 'top' })).rejects.toMatchObject({
    code: 'no-gradient',
    message: expect.stringContaining('choose a layer behind it'),
  });
  await opened.dispose();
});
