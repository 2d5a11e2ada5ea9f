import { channelMeans } from '../features.ts';
import type { GradientMethod } from '../method.ts';

/**
 * Grad-CAM: sum_k w_k A_k with w_k = mean over positions of dy/dA_k. Maps [C, ...space] of any number of axes; equals CAM where only
 * global pooling and a linear layer follow.
 */
export const gradCam: GradientMethod = {
  kind: 'gradient',
  name: 'grad-cam',
  title: 'Grad-CAM',
  paper: 'Selvaraju et al. 2017, equations 1 and 2 (arXiv 1610.02391)',
  cost: '1 forward, 1 backward behind the layer',
  peers: 'pytorch-grad-cam GradCAM, eli5 explain_prediction and gradcam',
  explain: (_activation, gradient) => ({ weights: channelMeans(gradient) }),
};
