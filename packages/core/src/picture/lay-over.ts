import { GradcamError } from '../errors.ts';
import { checkPixels, type Pixels } from './pixels.ts';

/** value / 255 to the nearest whole number, for whole values: Pillow's shifts. */
function divided(value: number): number {
  return Math.trunc((Math.trunc(value / 256) + value) / 256);
}

/** Pillow's weights hold this many parts of one. */
const PARTS = 128;

/**
 * A layer over a picture of its size, by alpha (Porter and Duff 1984, "over"), byte by byte what Pillow's `alpha_composite` makes.
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
    const above = layer.data[i + 3] ?? 0;
    if (above === 0) continue;
    const alpha = above * 255 + (picture.data[i + 3] ?? 0) * (255 - above);
    const weight = Math.trunc((above * 255 * 255 * PARTS) / alpha);
    for (let c = i; c < i + 3; c++) {
      const mixed = weight * (layer.data[c] ?? 0) + (255 * PARTS - weight) * (picture.data[c] ?? 0);
      data[c] = Math.trunc(divided(mixed + 128 * PARTS) / PARTS);
    }
    data[i + 3] = divided(alpha + 128);
  }
  return { data, width: picture.width, height: picture.height };
}
