import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { overlay, preprocessFor } from '@gradcam/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { pictureFeed } from '../src/picture-feed.ts';
import { readPicture } from '../src/picture-file.ts';
import { shownMap } from '../src/shown-map.ts';
import { fixture, folder } from './capture.ts';

const file = (path: string) => ({ shown: path, path });

describe('pictureFeed', () => {
  // The evidence is in the left column of what the model saw; black pixels show where it lands, 24 wide and 12 high.
  it.each([
    ['stretch', [0, 5], [18, 23]],
    ['cover', [6, 8], [0, 5]],
    // The model saw the picture between bars above and below: its width is the whole.
    ['contain', [0, 5], [18, 23]],
  ] as const)('%s: the map returns to where the model looked', async (fit, [from, to], [darkFrom, darkTo]) => {
    const path = join(folder(), 'plain.png');
    await sharp({ create: { width: 24, height: 12, channels: 3, background: 'black' } }).toFile(path);
    const preprocess = preprocessFor({ name: 'x', type: 'float32', dims: [1, 3, 4, 4] }, { fit });
    const feed = await pictureFeed(file(path), { preprocess, notices: [] });
    const map = shownMap({ data: Float32Array.from({ length: 16 }, (_, i) => Number(i % 4 === 0)), dims: [4, 4] });
    const { data, width } = overlay(feed.picture(0), map, feed.frame ? { frame: feed.frame } : {});
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
