import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { pictureFeed } from '../src/picture-feed.ts';
import { readPicture } from '../src/picture-file.ts';
import type { Preprocess } from '../src/preprocess.ts';
import { fixture, folder } from './capture.ts';

const file = (path: string) => ({ shown: path, path });
const spec: Preprocess = {
  width: 4,
  height: 4,
  fit: 'cover',
  colours: 'rgb',
  scale: 1,
  mean: [0],
  std: [1],
};

/** A PNG of one colour. */
async function plain(width: number, height: number, background: string): Promise<string> {
  const path = join(folder(), 'plain.png');
  await sharp({ create: { width, height, channels: 3, background } }).toFile(path);
  return path;
}

describe('pictureFeed', () => {
  it.each([
    ['rgb', [1, 2, 3], [10, 20, 30], [(200 - 1) / 10, (100 - 2) / 20, (50 - 3) / 30]],
    ['bgr', [104, 117, 123], [1], [50 - 104, 100 - 117, 200 - 123]],
    ['gray', [0], [1], [0.299 * 200 + 0.587 * 100 + 0.114 * 50]],
  ] as const)('%s: (pixel * scale - mean) / std, channel by channel', async (colours, mean, std, values) => {
    const picture = await plain(6, 6, 'rgb(200, 100, 50)');
    const { tensor } = await pictureFeed(file(picture), { ...spec, colours, mean, std }, []);
    expect(tensor.dims).toEqual([1, values.length, 4, 4]);
    for (const [channel, value] of values.entries()) {
      for (const pixel of tensor.data.subarray(channel * 16, channel * 16 + 16)) expect(pixel).toBeCloseTo(value, 4);
    }
  });

  // The evidence is in the left column of what the model saw; black pixels show where it lands, 24 wide and 12 high.
  it.each([
    ['stretch', [0, 5], [18, 23]],
    ['cover', [6, 8], [0, 5]],
    // The model saw the picture between bars above and below: its width is the whole.
    ['contain', [0, 5], [18, 23]],
  ] as const)('%s: the map returns to where the model looked', async (fit, [from, to], [darkFrom, darkTo]) => {
    const feed = await pictureFeed(file(await plain(24, 12, 'black')), { ...spec, fit }, []);
    const map = Float32Array.from({ length: 16 }, (_, i) => Number(i % 4 === 0));
    const { data, width } = feed.overlay(feed.heatmap({ data: map, dims: [4, 4] }), 0);
    const lit = (x: number): number => data[4 * (6 * width + x)] ?? 0;
    for (const x of [from, from + 1]) expect(lit(x)).toBeGreaterThan(50);
    expect(lit(to)).toBeGreaterThan(0);
    for (const x of [darkFrom, darkTo]) expect(lit(x)).toBe(0);
  });
});

const rgb = async (path: string): Promise<number[][]> => {
  const { data } = await readPicture(file(path));
  return Array.from({ length: data.length / 4 }, (_, i) => [...data.subarray(4 * i, 4 * i + 3)]);
};

describe('readPicture', () => {
  it('brings 16 bits to 8, and transparency to white', async () => {
    expect((await rgb(fixture('gray16.png'))).map(([r]) => r)).toEqual([0, 128, 255, 16]);
    expect(await rgb(fixture('rgb16.png'))).toEqual([
      [0, 128, 255],
      [16, 64, 192],
    ]);
    expect((await rgb(fixture('grayalpha.png'))).map(([r]) => r)).toEqual([100, 127]);
  });

  it('turns a picture as its EXIF data says', async () => {
    const path = join(folder(), 'turned.jpg');
    const upright = sharp({ create: { width: 30, height: 10, channels: 3, background: 'red' } });
    writeFileSync(path, await upright.withMetadata({ orientation: 6 }).jpeg().toBuffer());
    expect(await readPicture(file(path))).toMatchObject({ width: 10, height: 30 });
  });
});
