import { expect, test } from 'vitest';
import { model } from '../../onnx-autodiff/test/models/build.ts';
import { fromOnnx, type Ort } from '../src/index.ts';

/** Below zero everywhere, so that the padding by zeros wins in every window that it reaches. */
const x = { data: Float32Array.from({ length: 16 }, (_, i) => -1 - i), dims: [1, 1, 4, 4] };

/** Padding by zeros in front of a MaxPool counts, which runtimes forget when they fuse the two. */
export function checkPaddedPool(ort: Ort): void {
  test('zeros that a Pad puts around a MaxPool may win', async () => {
    const bytes = model({
      opset: 13,
      inputs: { x: ['N', 1, 4, 4] },
      constants: {
        pads: { type: 'int64', dims: [8], values: [0, 0, 1, 1, 0, 0, 1, 1] },
        weights: { dims: [1, 2], values: [1, -2] },
      },
      nodes: [
        ['Pad', ['x', 'pads'], ['padded']],
        ['MaxPool', ['padded'], ['pooled'], { kernel_shape: [3, 3] }],
        ['GlobalAveragePool', ['pooled'], ['mean']],
        ['Flatten', ['mean'], ['flat']],
        ['MatMul', ['flat', 'weights'], ['logits']],
      ],
      outputs: ['logits'],
    });
    const opened = await fromOnnx(bytes, ort, {
      sessionOptions: { extra: { optimization: { disable_specified_optimizers: 'MatMulAddFusion' } } },
    });
    const pooled = [0, 0, 0, 0, 0, -1, -2, 0, 0, -5, -6, 0, 0, 0, 0, 0];
    const { activations, output } = await opened.run(x, { layers: ['pooled'] });
    expect([...(activations.get('pooled')?.data ?? [])]).toEqual(pooled);
    expect([...output.data]).toEqual([-14 / 16, 28 / 16]);
    const { gradients } = await opened.run(x, { layers: ['x'], seed: [0] });
    const won = pooled.map((_, i) => (i === 0 || i === 1 || i === 4 || i === 5 ? 1 / 16 : 0));
    expect([...(gradients.get('x')?.data ?? [])]).toEqual(won);
    await opened.dispose();
  });
}
