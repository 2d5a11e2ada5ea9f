import { networks, onnxBytes, picturesFor, relativeError } from '@gradcam/conformance';
import { channelsLast } from '@gradcam/core/adapter';
import { describe, expect, test } from 'vitest';
import { fromOnnx, type Inputs, type Ort, type Tensor } from '../src/index.ts';
import { noise } from './noise.ts';
import { quantisedOperators } from './quantised-operators.ts';

/** Every network that ONNX Runtime takes in float32, with one picture. */
const files = [
  ...networks
    .filter(({ stored }) => stored !== 'float16')
    .map((network) => ({
      name: network.name,
      bytes: onnxBytes(network),
      pictures: [...picturesFor(network, 1).values()],
    })),
  { name: 'quantised operators', bytes: quantisedOperators, pictures: [noise(3)([1, 3, 12, 10])] },
];

/** What is ONNX Runtime's own, beside the laws: which of its builds runs, several models in it, and that it still says what the file says. */
export function checkRuntime(ort: Ort, backend: string): void {
  describe(backend, () => {
    test('is what the model says it runs on', async () => {
      const model = await fromOnnx(quantisedOperators, ort);
      expect(model.backend).toBe(backend);
      await model.dispose();
    });

    test('opens and runs several models at the same time', async () => {
      const some = files.slice(0, 4);
      const inputs = some.map(({ pictures }) => pictures[0] as Tensor);
      const models = await Promise.all(some.map(({ bytes }) => fromOnnx(bytes, ort)));
      const together = await Promise.all(models.map((model, i) => model.run(inputs[i] as Tensor)));
      for (const [i, model] of models.entries()) {
        expect((await model.run(inputs[i] as Tensor)).output.data).toEqual(together[i]?.output.data);
        await model.dispose();
      }
    });

    test.each(files)('gives the outputs of the file itself: $name', async ({ bytes, pictures }) => {
      const model = await fromOnnx(bytes, ort);
      const session = await ort.InferenceSession.create(bytes);
      const fed = model.inputs.map(({ name, channelsLast: last }, i) => {
        const { data, dims } = last ? channelsLast(pictures[i] as Tensor) : (pictures[i] as Tensor);
        return [name, new ort.Tensor('float32', data, dims)] as const;
      });
      const plain = await session.run(Object.fromEntries(fed));
      const inputs: Inputs = new Map(model.inputs.map(({ name }, i) => [name, pictures[i] as Tensor]));
      const { outputs } = await model.run(inputs);
      expect([...outputs.keys()]).toEqual(session.outputNames);
      for (const [name, { data }] of outputs)
        expect(relativeError(data, plain[name]?.data as Float32Array), name).toBeLessThan(1e-6);
      await session.release();
      await model.dispose();
    });
  });
}
