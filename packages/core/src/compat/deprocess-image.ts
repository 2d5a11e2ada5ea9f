import { sampleOf } from '../features.ts';
import type { Pixels } from '../picture/pixels.ts';
import { tensorToPixels } from '../picture/tensor-to-pixels.ts';
import type { Tensor } from '../tensor.ts';

/**
 * pytorch-grad-cam's `deprocess_image`, for gradients seen as a picture (guided backpropagation): (z - mean) / (standard deviation + 1e-5)
 * over all channels, times 0.1, plus 0.5, within 0..1, times 255 cut off. Zero becomes a middle grey.
 * @param gradient [N, C, H, W] with 1 or 3 channels
 * @throws GradcamError `bad-input` when there is no such sample
 */
export function deprocessImage(gradient: Tensor, index = 0): Pixels {
  const { width, height } = tensorToPixels(gradient, index);
  const { data, dims } = sampleOf(gradient, index);
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const deviation = Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length);
  const pixels = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let i = 0; i < pixels.length; i++) {
    if (i % 4 === 3) continue;
    const channel = dims[0] === 3 ? i % 4 : 0;
    const value = data[channel * width * height + (i >> 2)] ?? 0;
    const level = ((value - mean) / (deviation + 1e-5)) * 0.1 + 0.5;
    pixels[i] = Math.trunc(255 * Math.min(1, Math.max(0, level)));
  }
  return { data: pixels, width, height };
}
