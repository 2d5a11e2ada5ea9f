import { drawLines, type Heatmap, overlay, type Pixels } from '@gradcam/core';
import { lettering } from './stroke-font.ts';

const GAP = 12;
const CAPTION = 36;
/** Of a small letter, in pixels. */
const LETTER = 9;

/** A panel's picture, and what is said of it. */
interface Tile {
  readonly pixels: Pixels;
  readonly caption: string;
}

function plain(width: number, height: number, level: number): Pixels {
  const data = new Uint8ClampedArray(4 * width * height).fill(level);
  for (let i = 3; i < data.length; i += 4) data[i] = 255;
  return { data, width, height };
}

/** Pictures of one size side by side over white, each over its caption. */
function tiled(tiles: readonly [Tile, ...Tile[]]): Pixels {
  const { width, height } = tiles[0].pixels;
  const left = (i: number): number => GAP + i * (width + GAP);
  const sheet = plain(left(tiles.length), GAP + height + CAPTION, 255);
  for (const [i, { pixels }] of tiles.entries()) {
    for (let y = 0; y < height; y++) {
      const row = pixels.data.subarray(4 * y * width, 4 * (y + 1) * width);
      (sheet.data as Uint8ClampedArray).set(row, 4 * ((GAP + y) * sheet.width + left(i)));
    }
  }
  const baseline = GAP + height + CAPTION - 13;
  const letters = tiles.flatMap(({ caption }, i) => lettering(caption, left(i) + 1, baseline, LETTER));
  return drawLines(sheet, letters, { width: 1.6, colour: [34, 34, 34, 255] });
}

/** The picture, the map alone and the map over the picture, side by side. */
export function panel(
  picture: Pixels,
  map: Heatmap,
  captions: { readonly picture: string; readonly map: string; readonly overlay: string },
): Pixels {
  const filter = 'bicubic';
  const black = plain(picture.width, picture.height, 0);
  return tiled([
    { pixels: picture, caption: captions.picture },
    { pixels: overlay(black, map, { filter, fade: false, opacity: 1 }), caption: captions.map },
    { pixels: overlay(picture, map, { filter, contours: [0.5] }), caption: captions.overlay },
  ]);
}
