import { type Heatmap, overlay, type Pixels } from '@gradcam/core';
import { tiled } from './tiles.ts';

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
