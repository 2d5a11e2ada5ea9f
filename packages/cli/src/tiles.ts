import type { Pixels } from '@gradcam/core';
import sharp from 'sharp';
import { escaped } from './escaped.ts';

const GAP = 12;
const CAPTION = 36;

/** A picture, and what is said of it. */
export interface Tile {
  readonly pixels: Pixels;
  readonly caption: string;
}

/** Pictures of one size in rows, each over its caption, as PNG. */
export async function tiled(tiles: readonly [Tile, ...Tile[]], columns: number = tiles.length): Promise<Uint8Array> {
  const { width, height } = tiles[0].pixels;
  const rows = Math.ceil(tiles.length / columns);
  const wide = GAP + Math.min(columns, tiles.length) * (width + GAP);
  const tall = rows * (GAP + height + CAPTION);
  const left = (i: number): number => GAP + (i % columns) * (width + GAP);
  const top = (i: number): number => GAP + Math.floor(i / columns) * (GAP + height + CAPTION);
  const texts = tiles.map(
    ({ caption }, i) => `<text x="${left(i)}" y="${top(i) + height + 24}">${escaped(caption)}</text>`,
  );
  const size = Math.min(18, Math.max(9, Math.round(width / 14)));
  const svg = `<svg width="${wide}" height="${tall}" font-family="sans-serif" font-size="${size}" fill="#222">${texts.join('')}</svg>`;
  return sharp({ create: { width: wide, height: tall, channels: 3, background: 'white' } })
    .composite([
      ...tiles.map(({ pixels: { data } }, i) => ({
        input: Buffer.from(data.buffer, data.byteOffset, data.byteLength),
        raw: { width, height, channels: 4 as const },
        left: left(i),
        top: top(i),
      })),
      { input: Buffer.from(svg), left: 0, top: 0 },
    ])
    .png({ compressionLevel: 9 })
    .toBuffer();
}
