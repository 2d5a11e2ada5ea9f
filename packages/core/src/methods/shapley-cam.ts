import { channelMeans } from '../features.ts';
import type { ProbeMethod } from '../method.ts';

/** Half of the central difference's width, as a share of the activation: small against curvature, large against float32 rounding. */
const STEP = 0.01;

/**
 * ShapleyCAM: sum_k w_k A_k with w_k = mean over positions of (G - H A / 2)_k, G = dy/dA and H A = d <G, A> / dA its change along the activation,
 * by a central difference of the gradient at A (1 +- 0.01). Equals Grad-CAM where the score is linear behind the layer, so use it with a
 * curved target (ReST). The difference errs where a ReLU switches within the step.
 */
export const shapleyCam: ProbeMethod = {
  kind: 'probe',
  name: 'shapley-cam',
  title: 'ShapleyCAM',
  paper: 'Cai 2025 (arXiv 2501.06261)',
  cost: '1 forward, 3 pulls',
  peers: 'pytorch-grad-cam ShapleyCAM',
  differs:
    'the change of the gradient is a difference, not a second derivative: equal to 1e-4 away from kinks; any layer and any number of them',
  gradient: true,
  explain: async ({ activation, gradients }) => {
    const factors = [1, 1 + STEP, 1 - STEP] as const;
    // w = m(A) - (m(A (1 + h)) - m(A (1 - h))) / (2 h) / 2, m the gradient's mean over the positions.
    const shares = [1, -1 / (4 * STEP), 1 / (4 * STEP)] as const;
    const weights = new Float64Array(activation.channels);
    const scale = (index: number, values: Float32Array): void =>
      values.forEach((value, i) => {
        values[i] = value * (factors[index] ?? 1);
      });
    await gradients(factors.length, scale, (gradient, index) =>
      channelMeans(gradient).forEach((mean, k) => {
        weights[k] = (weights[k] ?? 0) + (shares[index] ?? 0) * mean;
      }),
    );
    return { weights };
  },
};
