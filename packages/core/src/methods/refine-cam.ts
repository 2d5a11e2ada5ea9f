import type { GradientMethod } from '../method.ts';
import { gradCamPlusPlus } from './grad-cam-plus-plus.ts';

/**
 * RefineCAM: the product of the Grad-CAM++ maps of several layers, each after ReLU over its own largest value, at the finest resolution: what
 * they all agree on, as sharp as the earliest. Without layers given, the last of each of the last four resolutions.
 */
export const refineCam: GradientMethod = {
  ...gradCamPlusPlus,
  name: 'refine-cam',
  title: 'RefineCAM',
  paper: 'Domeniconi et al. 2026 (arXiv 2605.14641)',
  cost: '1 forward, 1 backward behind the earliest layer',
  peers: 'pytorch-grad-cam RefineCAM, torch-cam RefineCAM',
  differs: 'pytorch-grad-cam passes `eigen_smooth` where `aug_smooth` is expected; here both are what they say',
  fusion: 'product',
};
