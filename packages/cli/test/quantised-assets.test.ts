import { describe, expect, it } from 'vitest';
import { correlation } from '../../conformance/src/laws/compare.ts';
import { missing, pathOf, skipped } from '../../onnx/test/assets.ts';
import { folder, gradcam } from './capture.ts';

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

describe.skipIf(missing)(`quantised files explain as their float files do${skipped}`, () => {
  it.each(rows.flatMap(([model, ...layers]) => photos.map((photo) => [model, photo, ...layers] as const)))(
    '%s, %s at %s',
    async (model, photo, float, quantised) => {
      const explained = async (file: string, layer: string, target: string): Promise<Told> => {
        const argv = ['explain', pathOf(`${model}/${file}`), pathOf(`photos/${photo}`), '--layer', layer];
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
