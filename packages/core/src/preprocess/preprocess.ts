import type { Filter } from '../map/filter.ts';
import { resampleLevels } from '../map/resample-levels.ts';
import { tapsOf } from '../map/taps.ts';
import type { Frame } from '../picture/frame.ts';
import { checkPixels, type Pixels } from '../picture/pixels.ts';
import type { Tensor } from '../tensor.ts';
import { checkSettings } from './check-settings.ts';
import { fitted } from './fit.ts';

/** How a picture fits the model's input: `stretch` it, `cover` the input and cut off what is over, or `contain` it between bars. */
export type Fit = 'stretch' | 'cover' | 'contain';

/** The order of the channels; `gray` is one, by ITU-R 601 as Pillow and OpenCV weigh. */
export type Colours = 'rgb' | 'bgr' | 'gray';

/** How a picture becomes numbers: resized to `width` x `height`, then (pixel * scale - mean) / std per channel, in the order of `colours`. */
export interface Preprocess {
  readonly width: number;
  readonly height: number;
  readonly fit: Fit;
  /** With `cover` and `stretch`: the part of the resized picture that is kept, 0.875 where 224 are cut out of 256. Else 1. */
  readonly crop: number;
  /** With `contain`: the level 0..255 of the bars. */
  readonly bars: number;
  /** Antialiased when shrinking, as Pillow resizes. */
  readonly filter: Filter;
  readonly colours: Colours;
  /** Of pixels 0..255: 1 / 255 for 0..1. */
  readonly scale: number;
  /** One, or one per channel, as scaled. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

export interface Preprocessed {
  /** [1, 3 or 1, height, width] */
  readonly tensor: Tensor;
  /** What the model sees of the picture: give it to `overlay`, to lay the map where it belongs. */
  readonly frame: Frame;
}

/**
 * A picture as the model wants it. Transparent pixels lie over white. Levels are rounded as Pillow rounds them, so that the numbers are
 * those the model was trained with in Python.
 * @throws GradcamError `bad-picture`, `bad-option` for settings that make no sense
 */
export function preprocess(picture: Pixels, settings: Preprocess): Preprocessed {
  checkPixels(picture);
  checkSettings(settings);
  const { width, height, filter, bars } = settings;
  const { frame, across, down } = fitted(picture, settings);
  const xs = tapsOf(picture.width, across, { filter, antialias: true });
  const ys = tapsOf(picture.height, down, { filter, antialias: true });
  const opaque = { data: overWhite(picture), width: picture.width, stride: 4, channels: 3 };
  const levels = resampleLevels(opaque, xs, ys);
  for (let i = 0; i < width * height; i++) {
    // Neither filter nor crop reads here: it lies beside the picture.
    const isBar = xs.counts[i % width] === 0 || ys.counts[Math.floor(i / width)] === 0;
    if (isBar) levels.fill(bars, 3 * i, 3 * i + 3);
  }
  return { tensor: numbersOf(levels, settings), frame };
}

function overWhite({ data }: Pixels): Pixels['data'] {
  const opaque = data.every((value, i) => i % 4 !== 3 || value === 255);
  if (opaque) return data;
  return Uint8ClampedArray.from(data, (value, i) => {
    const alpha = (data[i - (i % 4) + 3] ?? 0) / 255;
    return i % 4 === 3 ? 255 : value * alpha + 255 * (1 - alpha);
  });
}

/** Levels [H, W, RGB] to [1, C, H, W]. */
function numbersOf(levels: Float32Array, { width, height, colours, scale, mean, std }: Preprocess): Tensor {
  const area = width * height;
  const channels = colours === 'gray' ? 1 : 3;
  const data = new Float32Array(channels * area);
  for (let channel = 0; channel < channels; channel++) {
    const from = colours === 'bgr' ? 2 - channel : channel;
    const shift = mean[channel] ?? mean[0] ?? 0;
    const divisor = std[channel] ?? std[0] ?? 1;
    for (let i = 0; i < area; i++) {
      const at = 3 * i;
      const pixel =
        colours === 'gray'
          ? 0.299 * (levels[at] ?? 0) + 0.587 * (levels[at + 1] ?? 0) + 0.114 * (levels[at + 2] ?? 0)
          : (levels[at + from] ?? 0);
      data[channel * area + i] = (pixel * scale - shift) / divisor;
    }
  }
  return { data, dims: [1, channels, height, width] };
}
