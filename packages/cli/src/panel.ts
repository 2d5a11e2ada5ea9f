import { type Heatmap, overlay, type Pixels } from '@gradcam/core';
import sharp from 'sharp';

const GAP = 12;
const CAPTION = 36;

/** A panel's picture, and what is said of it. */
interface Tile {
  readonly pixels: Pixels;
  readonly caption: string;
}

/** Pictures of one size side by side, each over its caption, as PNG. */
async function tiled(tiles: readonly [Tile, ...Tile[]]): Promise<Uint8Array> {
  const { width, height } = tiles[0].pixels;
  const wide = GAP + tiles.length * (width + GAP);
  const left = (i: number): number => GAP + i * (width + GAP);
  const texts = tiles.map(({ caption }, i) => `<text x="${left(i)}" y="24">${escaped(caption)}</text>`);
  const svg = `<svg width="${wide}" height="${CAPTION}" font-family="sans-serif" font-size="18" fill="#222">${texts.join('')}</svg>`;
  return sharp({ create: { width: wide, height: GAP + height + CAPTION, channels: 3, background: 'white' } })
    .composite([
      ...tiles.map(({ pixels: { data } }, i) => ({
        input: Buffer.from(data.buffer, data.byteOffset, data.byteLength),
        raw: { width, height, channels: 4 as const },
        left: left(i),
        top: GAP,
      })),
      { input: Buffer.from(svg), left: 0, top: GAP + height },
    ])
    .png({ compressionLevel: 9 })
    .toBuffer();
}

const escaped = (text: string): string => text.replace(/[&<>]/g, (letter) => `&#${letter.charCodeAt(0)};`);

function plain({ width, height }: Pixels, level: number): Pixels {
  const data = new Uint8ClampedArray(4 * width * height).fill(level);
  for (let i = 3; i < data.length; i += 4) data[i] = 255;
  return { data, width, height };
}

/** The picture, the map alone and the map over the picture, side by side. */
export async function panel(
  picture: Pixels,
  map: Heatmap,
  captions: { readonly picture: string; readonly map: string; readonly overlay: string },
): Promise<Uint8Array> {
  const filter = 'bicubic';
  return tiled([
    { pixels: picture, caption: captions.picture },
    { pixels: overlay(plain(picture, 0), map, { filter, fade: false, opacity: 1 }), caption: captions.map },
    { pixels: overlay(picture, map, { filter, contours: [0.5] }), caption: captions.overlay },
  ]);
}
