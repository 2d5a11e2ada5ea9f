import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { folder, gradcam } from './capture.ts';

const assets = process.env['GRADCAM_ASSETS'] ?? fileURLToPath(new URL('../../../../shared/assets', import.meta.url));
const absent = !existsSync(assets);
const reason = absent ? ` (skipped: ${assets} is not there, set GRADCAM_ASSETS)` : '';

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const product = (u: readonly number[], v: readonly number[]): number =>
  u.reduce((sum, value, i) => sum + value * (v[i] as number), 0);

/** Pearson's correlation. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [a, b].map((values) => values.map((value) => value - mean(values))) as [number[], number[]];
  return product(x, y) / Math.sqrt(product(x, x) * product(y, y));
}

interface Told {
  readonly target: { readonly index: number };
  readonly map: { readonly data: readonly number[] };
}

const v1 = 'MobilenetV1/MobilenetV1/Conv2d';

/** A model, and the layers of the float file and of the quantised one that are the same. */
const rows: readonly (readonly [model: string, float: string, quantised: string])[] = [
  ['mobilenet-v2-100-224-all-formats', 'MobilenetV2/Conv_1/Relu6/relu6', 'MobilenetV2/Conv_1/Relu6/dq'],
  ['mobilenet-v1-025-128-all-formats', `${v1}_13_pointwise/Relu6/relu6`, `${v1}_13_pointwise/Relu6/dq`],
  ['mobilenet-v1-025-128-all-formats', `${v1}_11_pointwise/Relu6/relu6`, `${v1}_11_pointwise/Relu6/dq`],
];

const photos = ['catdog.png', 'goldfish.jpg'];

describe.skipIf(absent)(`quantised files explain as their float files do${reason}`, () => {
  it.each(rows.flatMap(([model, ...layers]) => photos.map((photo) => [model, photo, ...layers] as const)))(
    '%s, %s at %s',
    async (model, photo, float, quantised) => {
      const explained = async (file: string, layer: string, target: string): Promise<Told> => {
        const argv = ['explain', join(assets, model, file), join(assets, 'photos', photo), '--layer', layer];
        const done = await gradcam(folder(), [...argv, '--target', target, '--preprocess', 'signed', '--json', '-']);
        expect(done).toMatchObject({ code: 0 });
        return JSON.parse(done.stdout) as Told;
      };
      const a = await explained('model-fp32.onnx', float, 'top');
      const b = await explained('model-qdq.onnx', quantised, `${a.target.index}`);
      expect(correlation(a.map.data, b.map.data)).toBeGreaterThan(0.95);
    },
  );
});
