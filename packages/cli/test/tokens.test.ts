import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { writeNpy } from '../src/npy.ts';
import { folder, gradcam } from './capture.ts';

const exported = fileURLToPath(new URL('../../onnx/test/pytorch/vit-registers-13.onnx', import.meta.url));

/** The map of a vision transformer with a class token and four registers in front of 4 x 4 patches. */
async function explained(...more: readonly string[]) {
  const cwd = folder();
  copyFileSync(exported, join(cwd, 'vit.onnx'));
  const data = Float32Array.from({ length: 3 * 32 * 32 }, (_, i) => Math.sin(i * 1.7));
  writeFileSync(join(cwd, 'x.npy'), writeNpy({ data, dims: [1, 3, 32, 32] }));
  const { code, stdout, stderr } = await gradcam(cwd, ['explain', 'vit.onnx', 'x.npy', '--json', '-', ...more]);
  return { code, stderr, ...(stdout === '' ? {} : (JSON.parse(stdout) as Explained)) };
}

interface Explained {
  readonly layer: { readonly name: string };
  readonly map: { readonly dims: readonly number[]; readonly data: readonly number[] };
}

test('a vision transformer is explained at its patches, or as --grid says', async () => {
  const own = await explained();
  expect(own).toMatchObject({ code: 0, layer: { name: '/blocks/blocks.0/Add_1_output_0' }, map: { dims: [4, 4] } });
  const named = await explained('--layer', 'blocks.0', '--grid', '5+4x4');
  expect(named.map?.dims).toEqual([4, 4]);
  named.map?.data.forEach((value, i) => {
    expect(value).toBeCloseTo(own.map?.data[i] as number, 5);
  });
  const other = await explained('--layer', 'blocks.0', '--grid', '1+5x4');
  expect(other).toMatchObject({ code: 0, map: { dims: [5, 4] } });
});

test('a grid that cannot be is refused in one line', async () => {
  expect(await explained('--grid', '4x4')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/expected --layer/),
  });
  expect(await explained('--layer', 'blocks.0', '--grid', '0x4')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/"0x4"; expected rows and columns/),
  });
  expect(await explained('--layer', 'blocks.0', '--grid', '4x4')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/is not 0 \+ 4 x 4 tokens; expected \[N, 16, channels\]/),
  });
});
