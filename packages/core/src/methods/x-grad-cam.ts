import type { GradientMethod } from '../method.ts';

/** Below this share of the absolute sum, a channel's positive and negative activations cancel and its sum is rounding. */
const CANCELLED = 1e-6;

/**
 * XGrad-CAM: sum_k w_k A_k with w_k = sum_s G_k A_k / sum_s A_k, sums over the positions. Meant for activations that are never negative;
 * a channel whose sum cancels to nothing gets no weight.
 */
export const xGradCam: GradientMethod = {
  kind: 'gradient',
  name: 'xgrad-cam',
  title: 'XGrad-CAM',
  paper: 'Fu et al. 2020 (arXiv 2008.02312)',
  cost: '1 forward, 1 backward behind the layer',
  expectsPositive: true,
  peers: 'pytorch-grad-cam XGradCAM',
  differs: 'pytorch-grad-cam adds 1e-7 to the sum and has no guard where it cancels; `compat` does so',
  explain: (activation, gradient) => {
    const { data, channels, positions } = activation;
    const weights = new Float64Array(channels);
    for (let k = 0; k < channels; k++) {
      let [sum, absolute, product] = [0, 0, 0];
      for (let i = k * positions; i < (k + 1) * positions; i++) {
        const a = data[i] ?? 0;
        sum += a;
        absolute += Math.abs(a);
        product += a * (gradient.data[i] ?? 0);
      }
      weights[k] = Math.abs(sum) <= CANCELLED * absolute ? 0 : product / sum;
    }
    return { weights };
  },
};
