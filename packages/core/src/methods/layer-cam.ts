import { combine } from '../features.ts';
import type { GradientMethod } from '../method.ts';

/** Layer-CAM: sum_k [dy/dA_k]+ * A_k, element by element. Made for early layers, where Grad-CAM is coarse. */
export const layerCam: GradientMethod = {
  kind: 'gradient',
  name: 'layer-cam',
  title: 'Layer-CAM',
  paper: 'Jiang et al. 2021 (IEEE TIP, 10.1109/TIP.2021.3089943)',
  cost: '1 forward, 1 backward behind the layer',
  peers: 'pytorch-grad-cam LayerCAM',
  explain: (activation, gradient) => ({ contributions: combine(activation, gradient, (a, g) => a * Math.max(0, g)) }),
};
