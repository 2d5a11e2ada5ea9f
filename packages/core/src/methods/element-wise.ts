import { combine } from '../features.ts';
import type { GradientMethod } from '../method.ts';

/** Element-wise Grad-CAM: sum_k [dy/dA_k * A_k]+, so that channels cannot cancel each other. The map is never negative. */
export const elementWise: GradientMethod = {
  kind: 'gradient',
  name: 'element-wise',
  title: 'Element-wise Grad-CAM',
  paper: 'as in pytorch-grad-cam (no paper of its own)',
  cost: '1 forward, 1 backward behind the layer',
  peers: 'pytorch-grad-cam GradCAMElementWise',
  explain: (activation, gradient) => ({ contributions: combine(activation, gradient, (a, g) => Math.max(0, a * g)) }),
};
