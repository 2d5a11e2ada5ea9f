import { type Heatmap, overlay, type Pixels } from '@gradcam/core';
import { plain, tiled } from './tiles.ts';

/** The picture, the map alone and the map over the picture, side by side, each over its caption. */
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
