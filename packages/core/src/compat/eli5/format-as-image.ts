import { GradcamError } from '../../errors.ts';
import type { Filter } from '../../map/filter.ts';
import type { Heatmap } from '../../map/heatmap.ts';
import { type ColourScale, type ColourTable, coloursOf } from '../../picture/colour-scale.ts';
import { painted } from '../../picture/colourise.ts';
import { layOver } from '../../picture/lay-over.ts';
import type { Pixels } from '../../picture/pixels.ts';
import { resizePixels } from '../../picture/resize-pixels.ts';
import { checkedImage, type PredictionExplanation } from './explain-prediction.ts';

export interface FormatOptions {
  /** Default `lanczos3`. */
  readonly resamplingFilter?: Filter;
  /** Default `viridis`. */
  readonly colormap?: ColourScale | ColourTable;
  /** The largest alpha, 0..1; null: no cap. Default 0.65. */
  readonly alphaLimit?: number | null;
}

/**
 * eli5's `format_as_image`: colours first, alpha = the value up to `alphaLimit`, 8 bits cut off, then resized with the colours weighed by
 * their alpha, then over the image. (The library's own `overlay` resizes first and colours then.) An explanation without targets gives the
 * image as it is.
 * @throws GradcamError `bad-picture` when the explanation's image is none, `bad-input` for a heatmap that is not one within 0..1 or more than
 * one target, `bad-option` for the alpha limit, the filter or the colours
 */
export function formatAsImage(
  { image, targets }: Pick<PredictionExplanation, 'image' | 'targets'>,
  { resamplingFilter = 'lanczos3', colormap = 'viridis', alphaLimit = 0.65 }: FormatOptions = {},
): Pixels {
  const picture = checkedImage(image);
  const limit = checkedLimit(alphaLimit);
  const [target, ...others] = targets;
  if (!target) return picture;
  if (others.length > 0) {
    throw new GradcamError('bad-input', `the explanation has ${targets.length} targets; expected exactly one`);
  }
  const heatmap = checkedHeatmap(target.heatmap);
  const layer = painted(heatmap, coloursOf(colormap), (value) => Math.min(value, limit));
  const { width, height } = picture;
  return layOver(picture, resizePixels(layer, width, height, { filter: resamplingFilter }));
}

function checkedLimit(limit: unknown): number {
  if (limit === null) return 1;
  if (typeof limit === 'number' && limit >= 0 && limit <= 1) return limit;
  throw new GradcamError(
    'bad-option',
    `alphaLimit is ${typeof limit === 'number' ? limit : typeof limit}; expected a number from 0 to 1, or null`,
  );
}

function checkedHeatmap(heatmap: Heatmap): Heatmap {
  if (!(heatmap?.data instanceof Float32Array)) {
    throw new GradcamError('bad-input', 'the heatmap is no array; expected { data: Float32Array, width, height }');
  }
  // Written so that NaN fails.
  if (!heatmap.data.every((value) => value >= 0 && value <= 1)) {
    throw new GradcamError('bad-input', 'the heatmap has values outside of 0..1; expected 0 to 1, both included');
  }
  return heatmap;
}
