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
