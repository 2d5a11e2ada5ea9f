import { channelMeans, type Features } from '../features.ts';
import type { ActivationMethod } from '../method.ts';

/** How many standard deviations above its channel's mean a position counts as strong. */
const SIGMAS = 2;

/** mu_k + 2 sigma_k of each channel (population deviation), [channels]. */
export function thresholds(activation: Features): Float64Array {
  const { data, positions } = activation;
  return channelMeans(activation).map((mean, k) => {
    const channel = data.subarray(k * positions, (k + 1) * positions);
    return mean + SIGMAS * Math.sqrt(channel.reduce((sum, value) => sum + (value - mean) ** 2, 0) / positions);
  });
}

/** FEM: sum_k f_k A_k with f_k the share of positions where A_k > mu_k + 2 sigma_k (population deviation). The same for every class. */
export const fem: ActivationMethod = {
  kind: 'activation',
  name: 'fem',
  title: 'FEM',
  paper:
    'Fuad et al. 2020, "Features Understanding in 3D CNNs for Actions Recognition in Video", as in pytorch-grad-cam',
  cost: '1 forward',
  peers: 'pytorch-grad-cam FEM',
  ignoresTarget: true,
  explain: (activation) => {
    const { data, positions } = activation;
    const weights = thresholds(activation).map((threshold, k) => {
      const channel = data.subarray(k * positions, (k + 1) * positions);
      return channel.reduce((count, value) => count + (value > threshold ? 1 : 0), 0) / positions;
    });
    return { weights };
  },
};
