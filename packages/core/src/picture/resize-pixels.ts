import { checkSize } from '../map/heatmap.ts';
import { resampleLevels } from '../map/resample-levels.ts';
import { resizeLine, type Sampling, tapsOf } from '../map/taps.ts';
import { checkPixels, type Pixels } from './pixels.ts';

/** value * alpha / 255 to the nearest whole number. */
function multiplied(value: number, alpha: number): number {
  return Math.floor((value * alpha) / 255 + 0.5);
}

/**
 * A picture at another size, byte by byte what Pillow's `resize` makes of an RGBA picture: its colours weighed by their alpha, so that what
 * is transparent does not bleed, and rounded to whole levels on the way. By default bilinear, antialiased when shrinking.
 * @throws GradcamError `bad-option` for a size or filter that is none, `bad-picture`
 */
export function resizePixels(
  picture: Pixels,
  width: number,
  height: number,
  { filter = 'bilinear', antialias = true }: Sampling = {},
): Pixels {
  checkPixels(picture);
  checkSize(width, height, 'a picture');
  const premultiplied = new Uint8Array(picture.data);
  for (let i = 0; i < premultiplied.length; i += 4) {
    const alpha = picture.data[i + 3] ?? 0;
    for (let c = i; c < i + 3; c++) premultiplied[c] = multiplied(picture.data[c] ?? 0, alpha);
  }
  const xs = tapsOf(picture.width, resizeLine(picture.width, width, filter), { filter, antialias });
  const ys = tapsOf(picture.height, resizeLine(picture.height, height, filter), { filter, antialias });
  const mixed = resampleLevels({ data: premultiplied, width: picture.width, stride: 4, channels: 4 }, xs, ys);
  const data = new Uint8ClampedArray(mixed);
  for (let i = 0; i < data.length; i += 4) {
    const alpha = mixed[i + 3] ?? 0;
    if (alpha === 0) continue;
    for (let c = i; c < i + 3; c++) data[c] = Math.floor((255 * (mixed[c] ?? 0)) / alpha);
  }
  return { data, width, height };
}
