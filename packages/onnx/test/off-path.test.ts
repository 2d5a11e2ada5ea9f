import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { model } from '../../onnx-autodiff/test/models/build.ts';
import { fromOnnx, type OnnxModel, type Point, type Tensor } from '../src/index.ts';

const x: Tensor = { data: Float32Array.of(1, -2, 3, 4, 0.5, -1), dims: [2, 3] };
const ones: Tensor = { data: Float32Array.of(1, 1, 1, 1, 1, 1), dims: [2, 3] };

/** Two heads on one input: `logits` is the score, `side` another output. */
async function withSideHead(run: (opened: OnnxModel, point: Point) => Promise<void>): Promise<void> {
  const bytes = model({
    opset: 13,
    inputs: { x: ['N', 3] },
    nodes: [
      ['Sin', ['x'], ['logits']],
      ['Exp', ['x'], ['wide']],
      ['Mul', ['wide', 'wide'], ['side']],
    ],
    outputs: ['logits', 'side'],
  });
  const opened = await fromOnnx(bytes, ort);
  const pass = await opened.run(x, { layers: ['wide'] });
  await run(opened, { layer: 'wide', activation: pass.activations.get('wide') as Tensor, inputs: x });
  await opened.dispose();
}

test('a layer that the score does not depend on is named where the score is wanted', async () => {
  await withSideHead(async (opened, point) => {
    const expected = { code: 'layer-off-path', message: expect.stringContaining('logits does not depend on wide') };
    await expect(opened.resume(point)).rejects.toMatchObject(expected);
    await expect(opened.pull(point, 'top')).rejects.toMatchObject(expected);
    await expect(opened.pull(point, new Map([['logits', ones]]))).rejects.toMatchObject(expected);
  });
});

test('it still has the gradient of the outputs that do', async () => {
  await withSideHead(async (opened, point) => {
    const both = new Map([
      ['logits', ones],
      ['side', ones],
    ]);
    const gradient = await opened.pull(point, both);
    for (const [i, value] of gradient.data.entries())
      expect(value).toBeCloseTo(2 * (point.activation.data[i] as number), 4);
  });
});

test('a layer that the score knows only in whole numbers is off its path', async () => {
  const bytes = model({
    opset: 13,
    inputs: { x: [1, 3] },
    constants: { zero: { type: 'int64', dims: [1], values: [0] } },
    nodes: [
      ['Shape', ['x'], ['shape']],
      ['Cast', ['shape'], ['row'], { to: 1 }],
      ['Unsqueeze', ['row', 'zero'], ['sizes']],
      ['Cast', ['sizes'], ['whole'], { to: 7 }],
      ['Cast', ['whole'], ['rounded'], { to: 1 }],
      ['ReduceMax', ['rounded'], ['most'], { keepdims: 0 }],
      ['Mul', ['x', 'most'], ['y']],
    ],
    outputs: ['y'],
  });
  const opened = await fromOnnx(bytes, ort);
  const onPath = new Map(opened.layers.map((layer) => [layer.name, layer.onPath]));
  expect(onPath.get('sizes')).toBe(false);
  expect(onPath.get('rounded')).toBe(true);
  await opened.dispose();
});
