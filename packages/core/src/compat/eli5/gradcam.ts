import { GradcamError } from '../../errors.ts';
import { type Heatmap, heatmap } from '../../map/heatmap.ts';
import type { Tensor } from '../../tensor.ts';

/**
 * eli5's last step: [sum_k w_k A_k]+ / (its largest value + 1e-7), in float64. The peak is just under 1; a map without positive evidence
 * stays zeros.
 * @param weights one per channel
 * @param activations [channels, height, width] of one sample
 * @throws GradcamError `bad-input` when the sizes do not fit
 */
export function gradcam(weights: ArrayLike<number>, { data, dims }: Tensor): Heatmap {
  const [channels = 0, height = 0, width = 0] = dims;
  if (dims.length !== 3 || channels !== weights.length) {
    throw new GradcamError(
      'bad-input',
      `${weights.length} weights do not fit activations of dims [${dims}]; expected one for each channel of [channels, height, width]`,
    );
  }
  const positions = height * width;
  const sums = new Float64Array(positions);
  for (let k = 0; k < channels; k++) {
    for (let i = 0; i < positions; i++) {
      sums[i] = (sums[i] ?? 0) + (weights[k] ?? 0) * (data[k * positions + i] ?? 0);
    }
  }
  const positive = sums.map((sum) => Math.max(0, sum));
  const largest = positive.reduce((a, b) => Math.max(a, b), 0);
  return heatmap(
    Float32Array.from(positive, (value) => value / (largest + 1e-7)),
    width,
    height,
  );
}
