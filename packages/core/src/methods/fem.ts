import { channelMeans } from '../features.ts';
import type { ActivationMethod } from '../method.ts';

/** How many standard deviations above its channel's mean a position counts as strong. */
const SIGMAS = 2;

/** FEM: sum_k f_k A_k with f_k the share of positions where A_k > mu_k + 2 sigma_k (population deviation). The same for every class. */
export const fem: ActivationMethod = {
  kind: 'activation',
  name: 'fem',
  title: 'FEM',
  paper:
    'Fuad et al. 2020, "Features Understanding in 3D CNNs for Actions Recognition in Video", as in pytorch-grad-cam',
  cost: '1 forward',
  ignoresTarget: true,
  explain: (activation) => {
    const { data, channels, positions } = activation;
    const means = channelMeans(activation);
    const weights = new Float64Array(channels);
    for (let k = 0; k < channels; k++) {
      const channel = data.subarray(k * positions, (k + 1) * positions);
      const mean = means[k] ?? 0;
      const variance = channel.reduce((sum, value) => sum + (value - mean) ** 2, 0) / positions;
      const threshold = mean + SIGMAS * Math.sqrt(variance);
      weights[k] = channel.reduce((count, value) => count + (value > threshold ? 1 : 0), 0) / positions;
    }
    return { weights };
  },
};
