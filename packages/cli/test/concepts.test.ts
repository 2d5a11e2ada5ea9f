import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { folder, gradcam } from './capture.ts';

const shapes = fileURLToPath(new URL('../../../models/shapes/', import.meta.url));
const scene = join(shapes, 'scenes/fish-and-star.png');
const model = join(shapes, 'model.onnx');

interface Json {
  readonly error: number;
  readonly concepts: readonly {
    readonly map: { readonly dims: readonly number[]; readonly data: readonly number[] };
    readonly predictions: readonly { readonly label: string; readonly probability: number }[];
  }[];
}

describe('gradcam concepts', () => {
  it('finds the fish and the star as concepts of their own', async () => {
    const { code, stdout } = await gradcam(folder(), ['concepts', model, scene, '--count', '3', '--json']);
    expect(code).toBe(0);
    const { concepts, error } = JSON.parse(stdout) as Json;
    expect(concepts).toHaveLength(3);
    expect(error).toBeLessThan(0.5);
    const labels = concepts.map(({ predictions }) => predictions[0]?.label);
    expect(labels).toEqual(expect.arrayContaining(['fish', 'star']));
    // The fish is on the left of the scene, the star on the right.
    const middle = (label: string): number => {
      const { map } = concepts[labels.indexOf(label)] ?? { map: { dims: [1, 1], data: [] } };
      const width = map.dims[1] ?? 1;
      const mass = map.data.reduce((sum, value) => sum + value, 0);
      return map.data.reduce((sum, value, i) => sum + value * ((i % width) + 0.5), 0) / mass / width;
    };
    expect(middle('fish')).toBeLessThan(0.45);
    expect(middle('star')).toBeGreaterThan(0.55);
  });

  it('paints them over the picture, with a legend', async () => {
    const cwd = folder();
    const { code, stdout } = await gradcam(cwd, ['concepts', model, scene, '--count', '4']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('wrote fish-and-star-concepts.png') });
    const [picture, painted] = [
      await sharp(scene).metadata(),
      await sharp(join(cwd, 'fish-and-star-concepts.png')).metadata(),
    ];
    expect(painted.height).toBe((picture.height ?? 0) + 2 * 12 + 4 * 30);
  });

  it.each([
    [['concepts', model], /wants a model and a picture/],
    [['concepts', model, scene, '--count', '0'], /--count is "0"/],
    [['concepts', model, scene, '--out', 'a.txt'], /expected \.png, \.jpg or \.webp/],
    [['concepts', model, scene, '--out', scene], /would overwrite/],
  ])('refuses %#', async (argv, message) => {
    const cwd = folder();
    const { code, stderr } = await gradcam(cwd, argv);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(existsSync(join(cwd, 'a.txt'))).toBe(false);
  });
});
