import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { relativeError } from '@gradcam/conformance';
import { describe, expect, test } from 'vitest';
import { explain, findLayer, fromOnnx, type Ort, sizeOf, type Tensor } from '../src/index.ts';

/** PyTorch's values, made by tools/goldens-networks: d logits[class] / d the output of each module, in the module's own layout, and the Grad-CAM map of `cells` positions. */
interface Golden {
  readonly class: number;
  readonly layers: readonly { readonly name: string; readonly dims: readonly number[]; readonly cells: number }[];
}

const CLASSES = 6;
const folder = fileURLToPath(new URL('pytorch/', import.meta.url));
const goldens: Readonly<Record<string, Golden>> = JSON.parse(readFileSync(`${folder}goldens.json`, 'utf8'));
const bytes = readFileSync(`${folder}goldens.f32`);
const values = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
const files = readdirSync(folder).filter((file) => file.endsWith('.onnx'));

const picture: Tensor = { data: values.slice(0, 3 * 32 * 32), dims: [1, 3, 32, 32] };

interface Expected {
  readonly logits: Float32Array;
  readonly gradients: readonly Float32Array[];
  readonly maps: readonly Float32Array[];
}

/** What is expected of every network; it stands one after the other behind the picture. */
function read(): ReadonlyMap<string, Expected> {
  let at = picture.data.length;
  const take = (count: number): Float32Array => {
    at += count;
    return values.subarray(at - count, at);
  };
  return new Map(
    Object.entries(goldens).map(([name, { layers }]) => {
      const logits = take(CLASSES);
      const both = layers.map(({ dims, cells }) => [take(sizeOf(dims)), take(cells)] as const);
      return [name, { logits, gradients: both.map(([gradient]) => gradient), maps: both.map(([, map]) => map) }];
    }),
  );
}

/** Channels first to channels last, where that is how PyTorch's module has it. */
function inLayout({ data, dims }: Tensor, wanted: readonly number[]): Float32Array {
  if (String(dims) === String(wanted)) return data;
  const [, channels = 0, ...space] = dims;
  expect([1, ...space, channels]).toEqual(wanted);
  const cells = sizeOf(space);
  return Float32Array.from(
    { length: data.length },
    (_, i) => data[(i % channels) * cells + Math.floor(i / channels)] ?? 0,
  );
}

/** Gradients of whole networks, as PyTorch's two exporters write them, against PyTorch's. */
export function checkPyTorch(ort: Ort): void {
  const expected = read();
  describe('networks from PyTorch', () => {
    test('are all there', () => {
      expect([Object.keys(goldens).length, files.length]).toEqual([16, 71]);
    });
    for (const [network, { class: index, layers }] of Object.entries(goldens)) {
      for (const file of files.filter((name) => new RegExp(`^${network}-(dynamo|\\d+)\\.onnx$`).test(name))) {
        test(file, async () => {
          const model = await fromOnnx(new Uint8Array(readFileSync(folder + file)), ort);
          const found = layers.map(({ name }) => findLayer(model.layers, name).name);
          const pass = await model.run(picture, { layers: found, seed: [index] });
          const { logits, gradients, maps } = expected.get(network) as Expected;
          expect(relativeError(pass.output.data, logits)).toBeLessThan(1e-5);
          layers.forEach(({ name, dims }, i) => {
            const gradient = inLayout(pass.gradients.get(found[i] as string) as Tensor, dims);
            expect(relativeError(gradient, gradients[i] as Float32Array), name).toBeLessThan(1e-5);
          });
          for (const [i, { name, dims }] of layers.entries()) {
            const { grid, dims: seen } = findLayer(model.layers, name);
            if (grid?.kind === 'map' && seen[1] === dims[1]) continue; // read as it stands: gradients say it all
            const [explanation] = await explain(model, picture, { layer: name, target: index });
            expect(relativeError(explanation?.map.data ?? [], maps[i] as Float32Array), name).toBeLessThan(1e-5);
          }
          await model.dispose();
        });
      }
    }
  });
}
