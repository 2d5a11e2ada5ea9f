import { GradcamError } from '../errors.ts';
import { checkPixels, type Pixels } from './pixels.ts';

/**
 * A layer over a picture of its size, by alpha (Porter and Duff 1984, "over"), rounded to the nearest level.
 * @throws GradcamError `bad-picture` when the sizes differ or the bytes do not fit them
 */
export function layOver(picture: Pixels, layer: Pixels): Pixels {
  checkPixels(picture);
  checkPixels(layer);
  if (picture.width !== layer.width || picture.height !== layer.height) {
    throw new GradcamError(
      'bad-picture',
      `a layer of ${layer.width} x ${layer.height} does not fit a picture of ${picture.width} x ${picture.height}; resize one of them first`,
    );
  }
  const data = new Uint8ClampedArray(picture.data);
  for (let i = 0; i < data.length; i += 4) {
    const above = (layer.data[i + 3] ?? 0) / 255;
    if (above === 0) continue;
    const below = ((picture.data[i + 3] ?? 0) / 255) * (1 - above);
    const alpha = above + below;
    for (let c = i; c < i + 3; c++) {
      data[c] = (above * (layer.data[c] ?? 0) + below * (picture.data[c] ?? 0)) / alpha;
    }
    data[i + 3] = 255 * alpha;
  }
  return { data, width: picture.width, height: picture.height };
}
