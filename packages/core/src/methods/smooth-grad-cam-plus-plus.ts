import type { ProbeMethod } from '../method.ts';
import { noisyPicture } from '../noise.ts';

const SAMPLES = 4;
/** Standard deviation of the noise, as a share of the picture's own range. */
const NOISE = 0.15;

/**
 * Smooth Grad-CAM++: sum_k w_k A_k with w_k = sum_s alpha [mean G]+, alpha = mean G^2 / (2 mean G^2 + (sum_s A_k) mean G^3), means over four
 * copies of the picture with normal noise (deviation 0.15 of its range). Where the denominator is not positive alpha is taken as 0. A of the
 * picture itself. Seeded. Without noise it is Grad-CAM++.
 */
export const smoothGradCamPlusPlus: ProbeMethod = {
  kind: 'probe',
  name: 'smooth-grad-cam++',
  title: 'Smooth Grad-CAM++',
  paper: 'Omeiza et al. 2019 (arXiv 1908.01224)',
  cost: `1 forward, ${SAMPLES} forwards with backward`,
  expectsPositive: true,
  peers: 'torch-cam SmoothGradCAMpp (which takes [G]+ of its last sample only)',
  differs: 'torch-cam takes [G]+ of its last sample only',
  gradient: true,
  explain: async ({ activation, picture, random, budget, readings }) => {
    const samples = Math.min(SAMPLES, budget);
    const { data, channels, positions } = activation;
    const [first, second, third] = [1, 2, 3].map(() => new Float64Array(data.length)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    await readings(samples, noisyPicture(picture, NOISE, random), (found) => {
      for (const { gradient } of found.values()) {
        gradient.data.forEach((g, i) => {
          first[i] = (first[i] ?? 0) + g / samples;
          second[i] = (second[i] ?? 0) + g ** 2 / samples;
          third[i] = (third[i] ?? 0) + g ** 3 / samples;
        });
      }
    });
    const weights = new Float64Array(channels);
    for (let k = 0; k < channels; k++) {
      const [from, to] = [k * positions, (k + 1) * positions];
      let total = 0;
      for (let i = from; i < to; i++) total += data[i] ?? 0;
      for (let i = from; i < to; i++) {
        const [g = 0, g2 = 0] = [first[i], second[i]];
        const denominator = 2 * g2 + total * (third[i] ?? 0);
        // NaN passes on: it is diagnosed, not hidden.
        if (!(g <= 0 || denominator <= 0)) weights[k] = (weights[k] ?? 0) + (g * g2) / denominator;
      }
    }
    return { weights };
  },
};
