import { GradcamError } from '../errors.ts';
import type { Heatmap } from '../map/heatmap.ts';
import { type ColourScale, type ColourTable, coloursOf } from '../picture/colour-scale.ts';
import { checkRange } from '../picture/colourise.ts';
import { checkPixels, type Pixels } from '../picture/pixels.ts';

/**
 * pytorch-grad-cam's `show_cam_on_image(use_rgb=True)`, its quirks included: the step is 255 * value cut off, every pixel is mixed alike, and
 * the whole is divided by its own largest value, which brightens dark pictures. For one's own pictures `overlay` is the better.
 * @param map 0..1, of the picture's size (`heatmapFor(..., 'pytorch-grad-cam')`)
 * @param imageWeight of the picture in the mix, 0..1
 * @throws GradcamError `bad-picture`, `bad-input` for a map of another size or range, `bad-option` for the weight
 */
export function showCamOnImage(
  picture: Pixels,
  map: Heatmap,
  imageWeight = 0.5,
  scale: ColourScale | ColourTable = 'jet',
): Pixels {
  checkPixels(picture);
  checkRange(map, 0);
  if (map.width !== picture.width || map.height !== picture.height) {
    throw new GradcamError(
      'bad-input',
      `the map is ${map.width} x ${map.height}, the picture ${picture.width} x ${picture.height}; resize the map first`,
    );
  }
  if (!(imageWeight >= 0 && imageWeight <= 1)) {
    throw new GradcamError('bad-option', `imageWeight is ${imageWeight}; expected a number from 0 to 1`);
  }
  const table = coloursOf(scale);
  const mixed = new Float32Array(3 * map.data.length);
  for (let i = 0; i < mixed.length; i++) {
    const [pixel, colour] = [Math.floor(i / 3), i % 3];
    const step = Math.min(255, Math.trunc(255 * (map.data[pixel] ?? 0)));
    const heat = table[3 * step + colour] ?? 0;
    mixed[i] = ((1 - imageWeight) * heat + imageWeight * (picture.data[4 * pixel + colour] ?? 0)) / 255;
  }
  const largest = mixed.reduce((a, b) => Math.max(a, b), 0) || 1;
  const data = new Uint8ClampedArray(4 * map.data.length).fill(255);
  for (let i = 0; i < mixed.length; i++) {
    data[4 * Math.floor(i / 3) + (i % 3)] = Math.trunc(255 * Math.fround((mixed[i] ?? 0) / largest));
  }
  return { data, width: picture.width, height: picture.height };
}
