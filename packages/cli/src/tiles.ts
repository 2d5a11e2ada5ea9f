import { drawLines, type Pixels } from '@gradcam/core';
import { lengthOf, lettering } from './stroke-font.ts';

const GAP = 12;
const CAPTION = 36;
/** How high a caption's small letters are at most, in pixels: less where the longest is wider than a picture. */
const LETTER = 9;

/** A picture, and what is said of it. */
export interface Tile {
  readonly pixels: Pixels;
  readonly caption: string;
}

/** Nothing but one grey. */
export function plain(width: number, height: number, level: number): Pixels {
  const data = new Uint8ClampedArray(4 * width * height).fill(level);
  for (let i = 3; i < data.length; i += 4) data[i] = 255;
  return { data, width, height };
}

/** Pictures of one size in rows over white, each over its caption. */
export function tiled(tiles: readonly [Tile, ...Tile[]], columns: number = tiles.length): Pixels {
  const { width, height } = tiles[0].pixels;
  const left = (i: number): number => GAP + (i % columns) * (width + GAP);
  const top = (i: number): number => GAP + Math.floor(i / columns) * (GAP + height + CAPTION);
  const rows = Math.ceil(tiles.length / columns);
  const wide = GAP + Math.min(columns, tiles.length) * (width + GAP);
  const data = new Uint8ClampedArray(4 * wide * rows * (GAP + height + CAPTION)).fill(255);
  for (const [i, { pixels }] of tiles.entries()) {
    for (let y = 0; y < height; y++) {
      data.set(pixels.data.subarray(4 * y * width, 4 * (y + 1) * width), 4 * ((top(i) + y) * wide + left(i)));
    }
  }
  const size = Math.min(LETTER, ...tiles.map(({ caption }) => (width - 2) / lengthOf(caption)));
  const letters = tiles.flatMap(({ caption }, i) => lettering(caption, left(i) + 1, top(i) + height + 23, size));
  const sheet = { data, width: wide, height: rows * (GAP + height + CAPTION) };
  return drawLines(sheet, letters, { width: Math.max(1, 0.18 * size), colour: [34, 34, 34, 255] });
}
