import type { ProbeMethod } from '../method.ts';
import { noisyPicture } from '../noise.ts';
import { strongest } from './saliency.ts';

const SAMPLES = 25;
/** Standard deviation of the noise, as a share of the picture's own range. */
const NOISE = 0.15;

/** SmoothGrad: the mean gradient over 25 noisy copies of the picture, then as Saliency the largest absolute value over the channels. */
export const smoothGrad: ProbeMethod = {
  kind: 'probe',
  name: 'smooth-grad',
  title: 'SmoothGrad',
  paper: 'Smilkov et al. 2017, section 3 (arXiv 1706.03825)',
  cost: `1 forward, ${SAMPLES} forwards with backward`,
  peers: 'captum NoiseTunnel, xplique SmoothGrad, tf-keras-vis Saliency (smooth_samples)',
  at: 'input',
  gradient: true,
  explain: async ({ activation, random, budget, gradients }) => {
    const samples = Math.min(SAMPLES, budget);
    const sum = new Float64Array(activation.data.length);
    await gradients(samples, noisyPicture(activation, NOISE, random), (gradient) =>
      gradient.data.forEach((g, i) => {
        sum[i] = (sum[i] ?? 0) + g;
      }),
    );
    return { map: strongest({ data: Float32Array.from(sum, (g) => g / samples), positions: activation.positions }) };
  },
};
