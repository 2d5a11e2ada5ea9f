import type { ProbeMethod } from '../method.ts';

/**
 * Ablation-CAM: sum_k w_k A_k with w_k = y - y_k, y_k the score with channel k set to zero. The paper divides by y, which turns the map
 * over where y is negative and only scales it elsewhere: left out.
 */
export const ablationCam: ProbeMethod = {
  kind: 'probe',
  name: 'ablation-cam',
  title: 'Ablation-CAM',
  paper: 'Desai and Ramaswamy 2020 (WACV, 10.1109/WACV45572.2020.9093360)',
  cost: '1 forward, 1 pass behind the layer per channel',
  explain: async ({ activation: { channels, positions }, score, scoresOfActivations }) => {
    const ablated = await scoresOfActivations(channels, (k, values) =>
      values.fill(0, k * positions, (k + 1) * positions),
    );
    return { weights: ablated.map((without) => score - without) };
  },
};
