import { combine } from '../features.ts';
import type { GradientMethod } from '../method.ts';

/** HiResCAM: sum_k dy/dA_k * A_k, element by element. Faithful where a linear layer follows; equals Grad-CAM where pooling does. */
export const hiResCam: GradientMethod = {
  kind: 'gradient',
  name: 'hires-cam',
  title: 'HiResCAM',
  paper: 'Draelos and Carin 2020 (arXiv 2011.08891)',
  cost: '1 forward, 1 backward behind the layer',
  peers: 'pytorch-grad-cam HiResCAM',
  explain: (activation, gradient) => ({ contributions: combine(activation, gradient, (a, g) => a * g) }),
};
