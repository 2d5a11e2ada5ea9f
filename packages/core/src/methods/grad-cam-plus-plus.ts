import type { GradientMethod } from '../method.ts';

/** w_k = sum_s `share`(G, sum_s A_k) over the positive gradients G of channel k, `share` being alpha times G. */
export function plusPlusBy(share: (gradient: number, total: number) => number): GradientMethod['explain'] {
  return ({ data, channels, positions }, gradient) => {
    const weights = new Float64Array(channels);
    for (let k = 0; k < channels; k++) {
      const [from, to] = [k * positions, (k + 1) * positions];
      let total = 0;
      for (let i = from; i < to; i++) total += data[i] ?? 0;
      let weight = 0;
      for (let i = from; i < to; i++) {
        const g = gradient.data[i] ?? 0;
        // NaN passes on: it is diagnosed, not hidden.
        if (!(g <= 0)) weight += share(g, total);
      }
      weights[k] = weight;
    }
    return { weights };
  };
}

/**
 * Grad-CAM++: sum_k w_k A_k with w_k = sum_s alpha [G_k]+ and alpha = G^2 / (2 G^2 + (sum_s A_k) G^3) = 1 / (2 + (sum_s A_k) G), 0 where
 * G is. Written in the second form, which no epsilon distorts when gradients are small. The paper assumes activations that are never
 * negative, so the denominator is at least 2; where it is not positive, alpha is undefined and taken as 0.
 */
export const gradCamPlusPlus: GradientMethod = {
  kind: 'gradient',
  name: 'grad-cam++',
  title: 'Grad-CAM++',
  paper: 'Chattopadhay et al. 2018, equations 6 and 19 (arXiv 1710.11063)',
  cost: '1 forward, 1 backward behind the layer',
  expectsPositive: true,
  peers: 'pytorch-grad-cam GradCAMPlusPlus',
  differs:
    'pytorch-grad-cam adds 1e-6 to the denominator, which fades small gradients (`compat` does too); torch-cam 0.5 leaves the denominator out by mistake, xplique takes means for sums',
  explain: plusPlusBy((g, total) => {
    const denominator = 2 + total * g;
    return denominator <= 0 ? 0 : g / denominator;
  }),
};
