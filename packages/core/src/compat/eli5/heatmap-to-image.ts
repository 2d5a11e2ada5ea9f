import { GradcamError } from '../../errors.ts';
import type { Filter } from '../../map/filter.ts';
import type { Pixels } from '../../picture/pixels.ts';
import { resizePixels } from '../../picture/resize-pixels.ts';
import type { Tensor } from '../../tensor.ts';
import { checkedImage } from './explain-prediction.ts';

/**
 * eli5's `heatmap_to_image`: values 0..1 as levels, 255 times the value cut off.
 * @param heatmap [height, width] as grey, or [height, width, 3 or 4] as RGB or RGBA
 * @throws GradcamError `bad-input` for other dims
 */
export function heatmapToImage({ data, dims }: Tensor): Pixels {
  const [height = 0, width = 0, channels = 1] = dims;
  const isGrey = dims.length === 2;
  if (!isGrey && !(dims.length === 3 && (channels === 3 || channels === 4))) {
    throw new GradcamError(
      'bad-input',
      `a heatmap of dims [${dims}] is no picture; expected [height, width], or with 3 or 4 channels behind`,
    );
  }
  const pixels = new Uint8ClampedArray(4 * height * width).fill(255);
  for (let i = 0; i < height * width; i++) {
    for (let c = 0; c < (isGrey ? 3 : channels); c++) {
      pixels[4 * i + c] = Math.trunc(255 * (data[channels * i + (isGrey ? 0 : c)] ?? 0));
    }
  }
  return { data: pixels, width, height };
}

/**
 * eli5's `expand_heatmap`: the heatmap as a picture of the image's size; it shrinks too.
 * @throws GradcamError `bad-picture` when the image is none, and what {@link heatmapToImage} throws
 */
export function expandHeatmap(heatmap: Tensor, image: Pixels, resamplingFilter: Filter = 'lanczos3'): Pixels {
  const { width, height } = checkedImage(image);
  return resizePixels(heatmapToImage(heatmap), width, height, { filter: resamplingFilter });
}
