import { relativeError } from '@gradcam/conformance';
import { describe, expect, test } from 'vitest';
import { model, rawBytes } from '../../onnx-autodiff/test/models/build.ts';
import { fromOnnx, type Ort } from '../src/index.ts';
import { noise } from './noise.ts';
import { plainBytes, plainSpec } from './plain-network.ts';

/** The plain network with its weights in two files. */
function withExternalWeights(): { bytes: Uint8Array; files: ReadonlyMap<string, Uint8Array> } {
  const folder = { 'weights.bin': [] as number[], 'parts/head.bin': [0, 0, 0, 0, 0, 0, 0, 0] };
  const constants = Object.fromEntries(
    Object.entries(plainSpec.constants ?? {}).map(([name, constant]) => {
      const location = name === 'w' ? 'parts/head.bin' : 'weights.bin';
      const raw = rawBytes(constant.type ?? 'float32', constant.values);
      const external = { location, offset: `${folder[location].length}`, length: `${raw.length}` };
      folder[location].push(...raw);
      return [name, { ...constant, external }];
    }),
  );
  const files = new Map(Object.entries(folder).map(([name, content]) => [name, Uint8Array.from(content)]));
  return { bytes: model({ ...plainSpec, constants }), files };
}

/** Models that keep weights in files beside them. */
export function checkExternalData(ort: Ort): void {
  describe('weights in files beside the model', () => {
    const { bytes, files } = withExternalWeights();

    test.each([
      ['a map', files],
      ['a function', async (name: string) => files.get(name) as Uint8Array],
    ])('by %s: the same gradients, whole and behind a layer', async (_, externalData) => {
      const [inside, outside] = [await fromOnnx(plainBytes, ort), await fromOnnx(bytes, ort, { externalData })];
      const x = noise(3)([2, 3, 12, 10]);
      const [a, b] = [
        await inside.run(x, { layers: ['r1'], seed: 'top' }),
        await outside.run(x, { layers: ['r1'], seed: 'top' }),
      ];
      expect(relativeError(b.gradients.get('r1')?.data ?? [], a.gradients.get('r1')?.data ?? [])).toBeLessThan(1e-6);
      const point = { layer: 'r1', activation: b.activations.get('r1') ?? x };
      expect(relativeError((await outside.resume(point)).output.data, a.output.data)).toBeLessThan(1e-6);
      expect(relativeError((await outside.pull(point, 'top')).data, a.gradients.get('r1')?.data ?? [])).toBeLessThan(
        1e-5,
      );
      await inside.dispose();
      await outside.dispose();
    });

    test('a file that is missing or too short is named', async () => {
      await expect(fromOnnx(bytes, ort)).rejects.toMatchObject({
        code: 'bad-model',
        message: expect.stringMatching(/weights\.bin.*externalData/),
      });
      const short = new Map([...files, ['weights.bin', new Uint8Array(10)]]);
      await expect(fromOnnx(bytes, ort, { externalData: short })).rejects.toThrow(/weights\.bin, which has 10/);
    });

    test('a function is never asked for a file outside of the folder', async () => {
      const hostile = model({
        ...plainSpec,
        constants: {
          ...plainSpec.constants,
          w: { dims: [5, 6], values: [], external: { location: '../../etc/passwd' } },
        },
      });
      const asked: string[] = [];
      const externalData = (name: string): Uint8Array => {
        asked.push(name);
        return new Uint8Array(1000);
      };
      await expect(fromOnnx(hostile, ort, { externalData })).rejects.toMatchObject({ code: 'bad-model' });
      expect(asked).toEqual([]);
    });
  });
}
