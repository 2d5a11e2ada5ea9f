import { relativeError } from '@gradcam/conformance';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  batchOf,
  chooseLayer,
  fromOnnx,
  type OnnxModel,
  type Ort,
  sampleOf,
  sizeOf,
  type Tensor,
} from '../src/index.ts';
import { noise } from './noise.ts';
import { head, quantisedOperators, STEP } from './quantised-operators.ts';

/** Layers that the file holds as integers are read, set and differentiated as real numbers. */
export function checkQuantisedOperators(ort: Ort): void {
  describe('a network of quantised operators', () => {
    const layers = ['r1', 'r2'];
    const draw = noise(3);
    const first: Tensor = draw([1, 3, 12, 10]);
    const pictures = [first, draw([1, 3, 12, 10]), draw([1, 3, 12, 10])];
    let model: OnnxModel;
    beforeAll(async () => {
      model = await fromOnnx(quantisedOperators, ort);
    });
    afterAll(() => model.dispose());

    test('has layers with a gradient, the last of which is chosen', () => {
      expect(chooseLayer(model.layers).layer.name).toBe('r2');
      for (const name of layers)
        expect(model.layers.find((layer) => layer.name === name)).toMatchObject({
          bypassed: false,
          onPath: true,
          blocked: [],
        });
    });

    test('reading and differentiating change no output', async () => {
      const plain = await model.run(first);
      for (const request of [{ layers }, { layers, seed: 'top' as const }])
        expect(relativeError((await model.run(first, request)).output.data, plain.output.data)).toBeLessThan(1e-6);
    });

    test('resume at what was read gives what was said, and pull the same gradient', async () => {
      const pass = await model.run(first, { layers, seed: [2] });
      for (const name of layers) {
        const activation = pass.activations.get(name) as Tensor;
        const gradient = pass.gradients.get(name) as Tensor;
        expect(gradient.dims).toEqual(activation.dims);
        // the real numbers that integers stand for
        for (const value of activation.data)
          expect(Math.abs(value / STEP - Math.round(value / STEP))).toBeLessThan(1e-3);
        expect(Math.max(...activation.data)).toBeLessThanOrEqual(255 * STEP);
        const point = { layer: name, activation };
        expect(relativeError((await model.resume(point)).output.data, pass.output.data), name).toBeLessThan(1e-5);
        expect(relativeError((await model.pull(point, [2])).data, gradient.data), name).toBeLessThan(1e-5);
      }
    });

    test('behind the last convolution the gradient is the weight of the head over the positions', async () => {
      const { data, dims } = (await model.run(first, { layers, seed: [2] })).gradients.get('r2') as Tensor;
      const [, channels = 0, ...space] = dims;
      const positions = sizeOf(space);
      const expected = data.map((_, i) => (head[2 * channels + Math.floor(i / positions)] ?? Number.NaN) / positions);
      expect(relativeError(data, expected)).toBeLessThan(1e-6);
    });

    test('a batch gives what its samples give alone', async () => {
      const together = await model.run(batchOf(pictures), { layers, seed: 'top' });
      for (const [n, picture] of pictures.entries()) {
        const alone = await model.run(picture, { layers, seed: 'top' });
        expect(relativeError(sampleOf(together.output, n).data, alone.output.data)).toBeLessThan(1e-5);
        for (const name of layers) {
          const [a, b] = [together, alone].map(({ gradients }) => gradients.get(name) as Tensor) as [Tensor, Tensor];
          expect(relativeError(sampleOf(a, n).data, b.data), name).toBeLessThan(1e-5);
        }
      }
    });
  });
}
