import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { augment } from '../src/augment.ts';
import { model } from './models/build.ts';
import { type Ort, runtimeOf } from './rules/runtime.ts';

const runtime = runtimeOf(ort as unknown as Ort, 'cpu');
const values = [-3, -1, -0.5, -0.2, 0.2, 0.5, 1, 1.5, 3, 9];

/** What passes a quantiser and its dequantiser, where the range is [0, 2.55] or [-1.28, 1.27]. */
const rows: readonly (readonly [type: 'uint8' | 'int8', zero: number, low: number, high: number])[] = [
  ['uint8', 0, 0, 2.55],
  ['int8', 0, -1.28, 1.27],
  ['uint8', 128, -1.28, 1.27],
];

for (const opset of [10, 13, 19]) {
  for (const [type, zero, low, high] of rows) {
    // a Relu folded into the range of a quantiser must still stop the gradient
    test(`straight through inside [${low}, ${high}] of ${type} at opset ${opset}`, async () => {
      const bytes = model({
        opset,
        inputs: { x: [1, values.length] },
        constants: { scale: { dims: [], values: [0.01] }, zero: { type, dims: [], values: [zero] } },
        nodes: [
          ['QuantizeLinear', ['x', 'scale', 'zero'], ['q']],
          ['DequantizeLinear', ['q', 'scale', 'zero'], ['y']],
        ],
        outputs: { y: [1, values.length] },
      });
      const {
        bytes: augmented,
        gradients,
        cotangentInputs,
      } = augment(bytes, {
        of: 'y',
        wrt: 'x',
        shapes: new Map([['q', { type: type === 'uint8' ? 2 : 3, dims: [1, values.length] }]]),
      });
      const session = await runtime.load(augmented);
      const cotangent = values.map((_, i) => i + 1);
      const results = await session.run(
        new Map([
          ['x', { type: 'float32', dims: [1, values.length], data: values }],
          [cotangentInputs.get('y') ?? '', { type: 'float32', dims: [1, values.length], data: cotangent }],
        ]),
      );
      await session.release();
      const expected = values.map((x, i) => (x > low && x < high ? i + 1 : 0));
      expect(Array.from(results.get(gradients.get('x') ?? '')?.data ?? [])).toEqual(expected);
    });
  }
}
