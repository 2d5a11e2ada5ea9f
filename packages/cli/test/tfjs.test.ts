import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readNpy, writeNpy } from '../src/npy.ts';
import { folder, gradcam } from './capture.ts';
import { changed, quantised, shapes } from './tfjs-model.ts';

interface Report {
  readonly backend: string;
  readonly layer: { readonly name: string };
  readonly target: { readonly index: number; readonly label: string | null; readonly score: number };
  readonly map: { readonly data: readonly number[] };
  readonly preprocess: object;
}

async function explained(cwd: string, model: string, ...more: string[]): Promise<Report> {
  const picture = shapes('scenes/fish-and-star.png');
  const done = await gradcam(cwd, ['explain', model, picture, '--json', '-', ...more]);
  expect(done).toMatchObject({ code: 0, stderr: '' });
  return JSON.parse(done.stdout) as Report;
}

/** ||a - b|| / ||b|| */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [difference, size] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    difference += ((a[i] as number) - (b[i] as number)) ** 2;
    size += (b[i] as number) ** 2;
  }
  return Math.sqrt(difference / size);
}

describe('models/shapes in TensorFlow.js', () => {
  it.each([
    ['tfjs/model.json', 'wasm'],
    ['tfjs/model.json', 'cpu'],
    ['tfjs/graph-model.json', 'wasm'],
    ['tfjs/graph-model.json', 'cpu'],
  ])('%s on %s answers as model.onnx', async (model, runtime) => {
    const cwd = folder();
    for (const target of ['fish', 'star']) {
      const onnx = await explained(cwd, shapes('model.onnx'), '--target', target, '--npy', `onnx-${target}`);
      const where = ['--runtime', runtime, '--npy', `tfjs-${target}`];
      const tfjs = await explained(cwd, shapes(model), '--target', target, ...where);
      expect(tfjs).toMatchObject({
        backend: `tfjs (${runtime})`,
        layer: { name: 'block5' },
        preprocess: onnx.preprocess,
      });
      expect(tfjs.target.label).toBe(target);
      const read = (from: string, name: string): ArrayLike<number> =>
        readNpy(readFileSync(join(cwd, `${from}-${target}/fish-and-star/${name}.npy`)), name).data as Float32Array;
      for (const name of ['output', 'activation', 'gradient', 'map']) {
        expect(distance(read('tfjs', name), read('onnx', name))).toBeLessThan(1e-5);
      }
    }
  });
});

describe('a model.json', () => {
  it('an array of the other layout is refused in the layout of the file', async () => {
    const cwd = folder();
    writeFileSync(join(cwd, 'x.npy'), writeNpy({ dims: [2, 3, 96, 96], data: new Float32Array(2 * 3 * 96 * 96) }));
    const { code, stderr } = await gradcam(cwd, ['explain', shapes('tfjs/model.json'), 'x.npy']);
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining('x.npy has dims [2, 3, 96, 96]; expected [N, 96, 96, 3], the batch first'),
    ]);
  });

  it('lists its layers', async () => {
    const done = await gradcam(folder(), ['layers', shapes('tfjs/graph-model.json'), '--json']);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(done.stdout)).toMatchObject({ score: { output: 'logits', kind: 'logit' } });
  });

  it('without a format is known by its topology', async () => {
    const cwd = changed((json) => delete json.format);
    expect((await explained(cwd, 'model.json')).backend).toBe('tfjs (wasm)');
  });

  it('in shards', async () => {
    const paths = ['group1-shard1of2.bin', 'group1-shard2of2.bin'];
    const cwd = changed((json) => {
      const [group] = json.weightsManifest;
      if (group) group.paths = paths;
    });
    const weights = readFileSync(shapes('tfjs/weights.bin'));
    writeFileSync(join(cwd, paths[0] ?? ''), weights.subarray(0, 90_001));
    writeFileSync(join(cwd, paths[1] ?? ''), weights.subarray(90_001));
    const whole = await explained(cwd, shapes('tfjs/model.json'));
    expect((await explained(cwd, 'model.json')).map.data).toEqual(whole.map.data);
  });

  it.each(['uint8', 'uint16'] as const)('with %s weights is what they stand for', async (dtype) => {
    let made: ReturnType<typeof quantised> = { stored: Buffer.of(), worth: Buffer.of() };
    const small = changed((json, weights) => {
      made = quantised(json, weights, dtype);
    });
    writeFileSync(join(small, 'weights.bin'), made.stored);
    const large = changed(() => undefined);
    writeFileSync(join(large, 'weights.bin'), made.worth);
    const [a, b] = [await explained(small, 'model.json'), await explained(large, 'model.json')];
    expect(distance(a.map.data, b.map.data)).toBeLessThan(1e-5);
    expect(a.target.score).toBeCloseTo(b.target.score, 4);
  });

  it("takes Teachable Machine's labels and preprocessing from the metadata.json beside it", async () => {
    const cwd = changed((json) => delete json.userDefinedMetadata);
    const labels = Array.from({ length: 10 }, (_, i) => `Class ${i + 1}`);
    writeFileSync(join(cwd, 'metadata.json'), JSON.stringify({ tmVersion: '2.4.5', labels, imageSize: 96 }));
    const report = await explained(cwd, 'model.json', '--target', 'Class 5');
    expect(report.target).toMatchObject({ index: 4, label: 'Class 5' });
    expect(report.preprocess).toMatchObject({ width: 96, fit: 'cover', scale: 1 / 127, mean: [1], std: [1] });
  });

  it('passes over a metadata.json of something else', async () => {
    const cwd = changed(() => undefined);
    writeFileSync(join(cwd, 'metadata.json'), '{"name": "an extension"}');
    expect((await explained(cwd, 'model.json', '--target', 'star')).target.label).toBe('star');
  });
});

it('who explains a .onnx file does not load TensorFlow.js', () => {
  const script = `
    import { run } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)};
    const sink = { write: () => true };
    const argv = ['layers', ${JSON.stringify(shapes('model.onnx'))}];
    const code = await run(argv, { stdout: sink, stderr: sink, cwd: process.cwd() });
    console.log(code, '_tfGlobals' in globalThis, '_tfengine' in globalThis);`;
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd, encoding: 'utf8' });
  expect(said.trim()).toBe('0 false false');
});
