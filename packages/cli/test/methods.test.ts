import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { methods, targetKinds } from '@gradcam/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { missing, pathOf, skipped } from '../../onnx/test/assets.ts';
import { readNpy } from '../src/npy.ts';
import { type Captured, fixture, folder, gradcam } from './capture.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const shapes = join(root, 'models/shapes');
const scene = join(shapes, 'scenes/fish-and-star.png');
const names = methods.map(({ name }) => name);

interface Json {
  readonly method: string;
  readonly map: { readonly dims: readonly number[]; readonly data: readonly number[] };
  readonly layer: { readonly name: string; readonly reason: string };
  readonly settings: object;
  readonly warnings: readonly { readonly code: string }[];
}
const objectOf = ({ code, stdout, stderr }: Captured): Json => {
  expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Json;
};
const star = (...more: readonly string[]): Promise<Captured> =>
  gradcam(folder(), ['explain', join(shapes, 'model.onnx'), scene, '--target', 'star', '--json', '-', ...more]);

describe('gradcam methods', () => {
  it('lists every method and every target', async () => {
    const { stdout } = await gradcam('.', ['methods']);
    for (const name of names) expect(stdout).toMatch(new RegExp(`^${name.replaceAll('+', '\\+')} `, 'm'));
    for (const { name } of targetKinds) expect(stdout).toMatch(new RegExp(`^${name} `, 'm'));
    const rows = JSON.parse((await gradcam('.', ['methods', '--json'])).stdout) as { name: string; kind: string }[];
    expect(rows.filter(({ kind }) => kind !== 'target').map(({ name }) => name)).toEqual(names);
    expect(rows.filter(({ kind }) => kind === 'target').map(({ name }) => name)).toEqual(
      targetKinds.map(({ name }) => name),
    );
  });

  it('shows all of them on one sheet, and says which do not fit the model', async () => {
    const cwd = folder();
    const argv = ['methods', '--sheet', 'sheet.png', fixture('small.onnx'), scene, '--budget', '4'];
    const { code, stdout } = await gradcam(cwd, argv);
    expect(code).toBe(0);
    expect(stdout).toContain(`by ${methods.length} methods`);
    const { width, height } = await sharp(join(cwd, 'sheet.png')).metadata();
    // Seven columns of 224 pixels with gaps of 12; the picture itself is the first tile.
    expect([width, height]).toEqual([12 + 7 * 236, Math.ceil((methods.length + 1) / 7) * (12 + 224 + 36)]);
    const blocked = await gradcam(cwd, [
      'methods',
      '--sheet',
      'b.png',
      fixture('no-rule.onnx'),
      scene,
      '--budget',
      '4',
    ]);
    expect(blocked.code).toBe(0);
    expect(blocked.stdout).toMatch(/^Saliency: the gradient cannot reach/m);
  });

  it.each([
    [['methods', 'small.onnx'], /without --sheet takes no file.* see gradcam methods --help/],
    [['methods', '--sheet', 's.png'], /wants a model and a picture/],
    [['methods', '--sheet', 's.txt', 'a.onnx', 'b.png'], /expected \.png/],
  ])('refuses %j', async (argv, message) => {
    const { code, stderr } = await gradcam(folder(), argv);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe('gradcam explain --method, on the bundled model', () => {
  it.each(names)('%s', async (name) => {
    const found = objectOf(await star('--method', name, '--budget', '20'));
    expect(found.method).toBe(name);
    expect(Math.max(...found.map.data)).toBeGreaterThan(0);
    expect(found.warnings.map(({ code }) => code)).toEqual(name.startsWith('guided') ? ['fails-sanity-checks'] : []);
  });

  it('a method of one’s own, in a file: that of the documentation', async () => {
    const [, code = ''] = /```js\n([\s\S]*?)```/.exec(readFileSync(join(root, 'docs/methods.md'), 'utf8')) ?? [];
    const file = join(folder(), 'mine.mjs');
    writeFileSync(file, code);
    const found = objectOf(await star('--method', file));
    expect(found.method).toBe('mean');
    expect(Math.min(...found.map.data)).toBeGreaterThanOrEqual(0);
  });

  it('refuses files that hold none', async () => {
    const file = join(folder(), 'none.mjs');
    writeFileSync(file, 'export default { kind: "other" };');
    expect(await star('--method', file)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('exports no method'),
    });
    expect(await star('--method', 'absent.js')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('cannot load the method absent.js'),
    });
  });

  it('several layers, smoothing, a peer’s numbers, and what was asked for', async () => {
    const layers = JSON.parse((await gradcam('.', ['layers', join(shapes, 'model.onnx'), '--json'])).stdout) as {
      layers: { name: string; kind: string; onPath: boolean }[];
    };
    const relus = layers.layers.filter(({ kind, onPath }) => kind === 'Relu' && onPath).map(({ name }) => name);
    const [first, last] = [relus.at(-3), relus.at(-1)];
    const found = objectOf(
      await star(
        '--layer',
        `${first},${last}`,
        '--fusion',
        'max',
        '--aug-smooth',
        '--compat',
        'pytorch-grad-cam',
        '--seed',
        '5',
      ),
    );
    expect(found.layer.reason).toContain(`the max of ${first}, ${last}`);
    expect(found.settings).toEqual({
      seed: 5,
      compat: 'pytorch-grad-cam',
      eigenSmooth: false,
      augSmooth: true,
      fusion: 'max',
    });
  });

  it('the probability of a class, ReST and a contrast, each with its own gradient', async () => {
    const cwd = folder();
    const ask = async (into: string, ...more: readonly string[]) => {
      const argv = ['explain', join(shapes, 'model.onnx'), scene, '--json', '-', '--npy', into, ...more];
      const { code, stdout } = await gradcam(cwd, argv);
      expect(code).toBe(0);
      return (JSON.parse(stdout) as { target: { name: string; index: number; score: number } }).target;
    };
    const size = (name: string): number => {
      const { data } = readNpy(readFileSync(join(cwd, name, 'fish-and-star/gradient.npy')), name);
      return data.reduce((sum, value) => sum + Math.abs(value), 0);
    };
    const plain = await ask('class', '--target', 'star');
    const probability = await ask('probability', '--target', 'star', '--as', 'probability');
    expect(probability).toMatchObject({ name: `probability of class ${plain.index}`, index: plain.index });
    expect(probability.score).toBeLessThan(1);
    expect(size('probability')).toBeLessThan(size('class') / 2);
    const rest = await ask('rest', '--target', 'star', '--as', 'rest');
    expect(rest.score).toBeCloseTo(plain.score + Math.log(probability.score), 3);
    const top = await ask('log', '--as', 'log-probability');
    expect(top.name).toMatch(/^log-probability of class \d+$/);
    const contrast = await ask('contrast', '--target', 'star', '--against', 'fish,house');
    expect(contrast.name).toMatch(/^class \d+ against \d+, \d+$/);
    expect(contrast.score).toBeLessThan(plain.score);
  });

  it.each([
    [['--as', 'score'], /--as is "score"; expected one of class, probability/],
    [['--against', 'top'], /not top/],
    [['--against', 'fish', '--as', 'rest'], /and no --as/],
    [['--against', 'fish', '--target', 'top'], /given twice/],
    [['--budget', '0'], /--budget is "0"; expected a whole number of at least 1/],
    [['--fusion', 'sum'], /--fusion is "sum"; expected one of mean, max, product/],
    [['--compat', 'keras'], /--compat is "keras"/],
    [['--layer', 'nowhere,neither'], /no layer "nowhere"/],
  ])('refuses %j', async (more, message) => {
    const { code, stderr } = await star(...more);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe.skipIf(missing)(`on MobileNetV2${skipped}`, () => {
  const model = pathOf('mobilenet-v2-100-224-all-formats/model-fp32.onnx');
  it.each(names)('%s', async (name) => {
    const argv = [model, pathOf('photos/catdog.png'), '--preprocess', 'signed', '--json', '-', '--budget', '4'];
    const found = objectOf(await gradcam(folder(), ['explain', ...argv, '--method', name]));
    expect(found.method).toBe(name);
    expect(Math.max(...found.map.data)).toBeGreaterThan(0);
    expect(found.warnings.map(({ code }) => code)).toEqual(name.startsWith('guided') ? ['fails-sanity-checks'] : []);
  });
});

it('the documented sheet is a command of the documentation', () => {
  expect(readFileSync(join(root, 'docs/methods.md'), 'utf8')).toMatch(/^gradcam methods --sheet /m);
});
