import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readNpy, writeNpy } from '../src/npy.ts';
import { type Captured, fixture, folder, gradcam } from './capture.ts';

/** Two samples: a red patch at the top left, a blue one at the bottom right. */
const patches = Float32Array.from({ length: 2 * 3 * 64 }, (_, i) => {
  const [sample, channel, y, x] = [Math.floor(i / 192), Math.floor(i / 64) % 3, Math.floor(i / 8) % 8, i % 8];
  return sample === 0 ? Number(channel === 0 && x < 3 && y < 3) : Number(channel === 2 && x > 4 && y > 4);
});

function prepared(): string {
  const cwd = folder();
  for (const name of ['small.onnx', 'labelled.onnx', 'fixed.onnx']) copyFileSync(fixture(name), join(cwd, name));
  writeFileSync(join(cwd, 'two.npy'), writeNpy({ data: patches, dims: [2, 3, 8, 8] }));
  return cwd;
}

interface Json {
  readonly input: string;
  readonly layer: { readonly name: string; readonly dims: readonly number[]; readonly chosen: string };
  readonly target: {
    readonly index: number;
    readonly label: string | null;
    readonly score: number;
    readonly probability: number;
  };
  readonly predictions: readonly unknown[];
  readonly map: { readonly dims: readonly number[]; readonly data: readonly number[] };
  readonly warnings: readonly { readonly code: string }[];
}
const objects = ({ stdout }: Captured): Json[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Json);
const array = (cwd: string, path: string) => readNpy(readFileSync(join(cwd, path)), path);

describe('gradcam explain', () => {
  it('writes the JSON object of the contract, one per sample', async () => {
    const cwd = prepared();
    const done = await gradcam(cwd, ['explain', 'labelled.onnx', 'two.npy', '--json', '-']);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    const [first, second] = objects(done);
    expect(Object.keys(first ?? {})).toEqual(
      'version numerics model input backend method layer target predictions map settings heatmap preprocess warnings timings'.split(
        ' ',
      ),
    );
    expect(first).toMatchObject({
      input: 'two.npy[0]',
      layer: { name: 'active', dims: [4, 8, 8], chosen: 'auto' },
      target: { index: 0, label: 'red' },
      map: { dims: [8, 8] },
      heatmap: { width: 8, height: 8 },
      preprocess: null,
    });
    expect(second?.input).toBe('two.npy[1]');
  });

  it('agrees with the class-activation map in closed form, and its arrays with each other', async () => {
    const cwd = prepared();
    expect((await gradcam(cwd, ['explain', 'small.onnx', 'two.npy', '--target', '2', '--npy', 'arrays'])).code).toBe(0);
    for (const stem of ['two', 'two-2']) {
      const activation = array(cwd, `arrays/${stem}/activation.npy`);
      const gradient = array(cwd, `arrays/${stem}/gradient.npy`);
      const map = array(cwd, `arrays/${stem}/map.npy`);
      expect(activation.dims).toEqual([1, 4, 8, 8]);
      expect(gradient.dims).toEqual([1, 4, 8, 8]);
      expect(array(cwd, `arrays/${stem}/output.npy`).dims).toEqual([1, 3]);
      // The head's column of class 2 is [0, 0, 4, -1], and pooling divides by 64.
      const closed = Array.from(
        { length: 64 },
        (_, i) => (4 * (activation.data[128 + i] ?? 0) - (activation.data[192 + i] ?? 0)) / 64,
      );
      for (const [i, value] of closed.entries()) expect(map.data[i]).toBeCloseTo(value, 6);
      expect(gradient.data[130]).toBeCloseTo(4 / 64, 6);
      const heat = array(cwd, `arrays/${stem}/heatmap.npy`);
      const peak = Math.max(...map.data);
      for (const [i, value] of map.data.entries()) {
        expect(heat.data[i]).toBeCloseTo(peak > 0 ? Math.max(0, value) / peak : 0, 6);
      }
    }
    expect(array(cwd, 'arrays/two-2/heatmap.npy').data[8 * 6 + 6]).toBe(1);
  });

  it('gives a fixed-batch model one sample at a time', async () => {
    const cwd = prepared();
    const free = objects(await gradcam(cwd, ['explain', 'small.onnx', 'two.npy', '--json', '-']));
    const fixed = objects(await gradcam(cwd, ['explain', 'fixed.onnx', 'two.npy', '--json', '-']));
    expect(fixed.map(({ map }) => map)).toEqual(free.map(({ map }) => map));
  });

  it('reads pictures, says what it guessed, and lays the map over them at their size', async () => {
    const cwd = prepared();
    const half = await sharp({ create: { width: 40, height: 80, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const picture = sharp({ create: { width: 80, height: 80, channels: 3, background: 'blue' } });
    await picture
      .composite([{ input: half, left: 0, top: 0 }])
      .jpeg()
      .toFile(join(cwd, 'half.jpg'));
    const done = await gradcam(cwd, ['explain', 'labelled.onnx', 'half.jpg', '--target', 'red']);
    expect(done.code).toBe(0);
    expect(done.stderr).toMatch(
      /^gradcam: warning: the model does not say how it wants its pictures; took pixel \/ 255, 8 x 8, rgb; give --preprocess/,
    );
    expect(done.stdout).toContain('wrote half-gradcam.png');
    expect(done.stdout).toMatch(/Evidence for red .*left/);
    const { data, info } = await sharp(join(cwd, 'half-gradcam.png')).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([80, 80]);
    // The blue half is as it was.
    expect([...data.subarray((40 * 80 + 75) * info.channels).subarray(0, 3)]).toEqual([0, 0, 254]);
  });

  it('takes folders in order, numbers equal names and writes the report whole', async () => {
    const cwd = prepared();
    const red = sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } });
    for (const name of ['b.png', 'a.png', 'a.jpg']) {
      mkdirSync(join(cwd, 'in', 'deeper'), { recursive: true });
      await red.clone().toFile(join(cwd, 'in', name));
    }
    await red.clone().toFile(join(cwd, 'in', 'deeper', 'c.png'));
    const done = await gradcam(cwd, 'explain small.onnx in --out maps --json report.json --preprocess unit'.split(' '));
    expect(done.code).toBe(0);
    const inputs = readFileSync(join(cwd, 'report.json'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as Json).input);
    expect(inputs).toEqual(['in/a.jpg', 'in/a.png', 'in/b.png']);
    expect(['a.png', 'a-2.png', 'b.png', 'c.png'].map((name) => existsSync(join(cwd, 'maps', name)))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it('reads labels and preprocessing beside the model', async () => {
    const cwd = prepared();
    await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } }).toFile(join(cwd, 'red.png'));
    writeFileSync(join(cwd, 'labels.txt'), 'rot\ngrün\nblau\n');
    writeFileSync(join(cwd, 'preprocess.json'), '{"scale": 0.01, "mean": [0.5], "fit": "stretch"}');
    const done = await gradcam(cwd, ['explain', 'small.onnx', 'red.png', '--json', '-']);
    expect(done.stderr).toBe('');
    expect(objects(done)[0]).toMatchObject({
      target: { label: 'rot' },
      preprocess: { scale: 0.01, mean: [0.5], fit: 'stretch' },
    });
  });

  it('paints as it is asked to', async () => {
    const cwd = prepared();
    const half = Uint8Array.from({ length: 40 * 40 }, (_, i) => (i % 40 < 20 ? 255 : 0));
    await sharp(half, { raw: { width: 40, height: 40, channels: 1 } }).toFile(join(cwd, 'x.png'));
    const painted = async (...look: string[]): Promise<Buffer> => {
      const done = await gradcam(cwd, [
        'explain',
        'small.onnx',
        'x.png',
        '--preprocess',
        'unit',
        '--out',
        'y.png',
        ...look,
      ]);
      expect(done).toMatchObject({ code: 0 });
      return sharp(join(cwd, 'y.png')).removeAlpha().raw().toBuffer();
    };
    const plain = await painted();
    expect(plain.every((level) => level === 0 || level === 255)).toBe(false);
    expect((await painted('--opacity', '0')).every((level) => level === 0 || level === 255)).toBe(true);
    const grey = await painted('--scale', 'gray', '--opacity', '1');
    expect(grey.every((level, i) => level === grey[i - (i % 3)])).toBe(true);
    expect(grey.equals(await painted('--scale', 'gray', '--opacity', '1', '--contour', '0.5'))).toBe(false);
    expect(plain.equals(await painted('--scale', 'diverging'))).toBe(false);
  });

  it('takes the configuration of transformers, as its exports lay it out', async () => {
    const cwd = prepared();
    await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } }).toFile(join(cwd, 'red.png'));
    mkdirSync(join(cwd, 'onnx'));
    copyFileSync(fixture('small.onnx'), join(cwd, 'onnx/model.onnx'));
    const config = {
      size: { shortest_edge: 10 },
      do_center_crop: true,
      crop_size: 8,
      image_mean: [0.5],
      image_std: [1],
    };
    writeFileSync(join(cwd, 'preprocessor_config.json'), JSON.stringify(config));
    writeFileSync(join(cwd, 'config.json'), '{"id2label": {"0": "rot", "1": "grün", "2": "blau"}}');
    const done = await gradcam(cwd, ['explain', 'onnx/model.onnx', 'red.png', '--json', '-']);
    expect(done.stderr).toBe('');
    const preprocess = { fit: 'cover', crop: 0.8, scale: 1 / 255, mean: [0.5] };
    expect(objects(done)[0]).toMatchObject({ preprocess, target: { label: 'rot' } });
  });

  it("takes timm's configuration beside the model, and no config.json of somebody else", async () => {
    const cwd = prepared();
    await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } }).toFile(join(cwd, 'red.png'));
    const timm = {
      pretrained_cfg: { input_size: [3, 8, 8], interpolation: 'bicubic', crop_pct: 1, mean: [0.5], std: [0.5] },
    };
    writeFileSync(join(cwd, 'config.json'), JSON.stringify({ ...timm, label_names: ['a', 'b', 'c'] }));
    const argv = ['explain', 'small.onnx', 'red.png', '--json', '-'];
    const done = await gradcam(cwd, argv);
    expect(done.stderr).toBe('');
    expect(objects(done)[0]).toMatchObject({ preprocess: { filter: 'bicubic', std: [0.5] }, target: { label: 'a' } });
    writeFileSync(join(cwd, 'config.json'), 'port = 80');
    expect((await gradcam(cwd, argv)).stderr).toMatch(/the model does not say how it wants its pictures/);
  });

  it('warns of labels that do not match the classes', async () => {
    const cwd = prepared();
    writeFileSync(join(cwd, 'names.txt'), 'background\nred\ngreen\nblue\n');
    const done = await gradcam(cwd, ['explain', 'small.onnx', 'two.npy', '--labels', 'names.txt', '--json', '-']);
    expect(done.stderr).toBe(
      'gradcam: warning: the model has 3 classes, but there are 4 labels, so names may be shifted; give the labels it was trained with\n',
    );
    expect(objects(done)[0]?.warnings).toEqual([expect.objectContaining({ code: 'label-count' })]);
  });

  it('ends between pictures when interrupted, with no report', async () => {
    const cwd = prepared();
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 0);
    const done = await gradcam(
      cwd,
      ['explain', 'small.onnx', ...Array<string>(50).fill('two.npy'), '--json', 'x.json'],
      controller.signal,
    );
    expect(done.code).toBe(130);
    expect(existsSync(join(cwd, 'x.json'))).toBe(false);
  });
});
