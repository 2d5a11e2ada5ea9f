import { GradcamError } from '../errors.ts';
import { sampleOf } from '../features.ts';
import { checkSize } from '../map/heatmap.ts';
import type { Tensor } from '../tensor.ts';
import type { Pixels } from './pixels.ts';

/** Where the red, green, blue and alpha of a pixel are read, by the number of channels; -1 is opaque. */
const channelsOf: Readonly<Record<number, readonly number[]>> = { 1: [0, 0, 0, -1], 3: [0, 1, 2, -1], 4: [0, 1, 2, 3] };

/**
 * A model's input as a picture, for when the picture itself is not at hand: sample `index` of [N, C, H, W], stretched so that its least value
 * is black and its greatest white, as Keras' `array_to_img` does. Of other channel counts than 1, 3 or 4 the first is shown. A constant is grey.
 * @throws GradcamError `bad-input` when the tensor has other dims or no such sample
 */
export function tensorToPixels(tensor: Tensor, index = 0): Pixels {
  const [samples = 0, channels = 0, height = 0, width = 0] = tensor.dims;
  if (tensor.dims.length !== 4 || index < 0 || index >= samples) {
    throw new GradcamError(
      'bad-input',
      `there is no picture ${index} in a tensor of dims [${tensor.dims}]; expected [N, C, H, W]`,
    );
  }
  checkSize(width, height, 'a picture');
  const values = sampleOf(tensor, index).data;
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const area = width * height;
  const data = new Uint8ClampedArray(4 * area);
  for (const [c, channel] of (channelsOf[channels] ?? [0, 0, 0, -1]).entries()) {
    for (let i = 0; i < area; i++) {
      const level = max > min ? (255 * ((values[channel * area + i] ?? 0) - min)) / (max - min) : 128;
      data[4 * i + c] = channel < 0 ? 255 : level;
    }
  }
  return { data, width, height };
}
