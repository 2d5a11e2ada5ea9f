import { factorise } from '../factorise.ts';
import type { ProbeMethod } from '../method.ts';

const CONCEPTS = 5;

/**
 * Deep Feature Factorization, one map of it: the activation as five non-negative concepts, each a pattern of channels with its own map, and of
 * these the concept whose removal lowers the target's score most, its map times that fall. All of them, of several pictures together: see
 * {@link findConcepts}. Seeded.
 */
export const deepFeatureFactorization: ProbeMethod = {
  kind: 'probe',
  name: 'dff',
  title: 'Deep Feature Factorization',
  paper: 'Collins et al. 2018 (arXiv 1806.10206); which concept is shown: as in Ablation-CAM',
  cost: `1 forward, ${CONCEPTS} passes behind the layer`,
  peers: 'pytorch-grad-cam DeepFeatureFactorization (which shows all concepts)',
  differs:
    'pytorch-grad-cam shows all concepts and scales them arbitrarily; here each peaks at 1, and the method shows the one that counts most',
  changesLayer: true,
  explain: async ({ activation, score, random, budget, scoresOfActivations }) => {
    const { channels, positions } = activation;
    const { count, vectors, maps } = factorise(activation, Math.min(CONCEPTS, budget), random);
    const without = await scoresOfActivations(count, (j, values) => {
      for (let at = 0; at < values.length; at++) {
        const [k, i] = [Math.floor(at / positions), at % positions];
        values[at] = (values[at] ?? 0) - (vectors[j * channels + k] ?? 0) * (maps[j * positions + i] ?? 0);
      }
    });
    const falls = without.map((left) => score - left);
    const best = falls.reduce((most, fall, j) => (fall > (falls[most] ?? 0) ? j : most), 0);
    return { map: maps.slice(best * positions, (best + 1) * positions).map((share) => share * (falls[best] ?? 0)) };
  },
};
