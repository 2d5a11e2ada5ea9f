import { boldest } from '../boldest.ts';
import type { ProbeMethod } from '../method.ts';

/**
 * Ablation-CAM: sum_k w_k A_k with w_k = y - y_k, y_k the score with channel k set to zero. The paper divides by y, which turns the map
 * over where y is negative and only scales it elsewhere: left out. With a budget only the channels of the largest deviation are tried.
 */
export const ablationCam: ProbeMethod = {
  kind: 'probe',
  name: 'ablation-cam',
  title: 'Ablation-CAM',
  paper: 'Desai and Ramaswamy 2020 (WACV, 10.1109/WACV45572.2020.9093360)',
  cost: '1 forward, 1 pass behind the layer per channel',
  peers: 'pytorch-grad-cam AblationCAM',
  differs:
    'pytorch-grad-cam divides the weights by the score, which turns the map over where that is negative, and fills a channel with its least value minus 1e7, less again for every sample of a batch; here neither',
  changesLayer: true,
  explain: async ({ activation, score, budget, scoresOfActivations }) => {
    const { channels, positions } = activation;
    const chosen = boldest(activation, budget);
    const ablated = await scoresOfActivations(chosen.length, (index, values) => {
      const k = chosen[index] ?? 0;
      values.fill(0, k * positions, (k + 1) * positions);
    });
    const weights = new Float64Array(channels);
    chosen.forEach((k, index) => {
      weights[k] = score - (ablated[index] ?? 0);
    });
    return { weights };
  },
};
