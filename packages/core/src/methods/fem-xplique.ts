import { channelMeans } from '../features.ts';
import type { ActivationMethod } from '../method.ts';
import { thresholds } from './fem.ts';

/**
 * FEM as xplique has it (and the paper): sum_k mu_k [A_k >= mu_k + 2 sigma_k], so a strong position counts by its channel's mean and not by
 * its own value. The same for every class.
 */
export const femXplique: ActivationMethod = {
  kind: 'activation',
  name: 'fem-xplique',
  title: "FEM, xplique's formula",
  paper: 'Fuad et al. 2020 (hal-02963298), as in xplique',
  cost: '1 forward',
  peers: 'xplique Fem',
  ignoresTarget: true,
  explain: (activation) => {
    const { data, positions } = activation;
    const means = channelMeans(activation);
    const limits = thresholds(activation);
    const strong = data.map((value, at) => {
      const k = Math.floor(at / positions);
      return value < (limits[k] ?? 0) ? 0 : (means[k] ?? 0);
    });
    return { contributions: { ...activation, data: strong } };
  },
};
