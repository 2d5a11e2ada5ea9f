import { combine } from '../features.ts';
import { firstComponent } from '../first-component.ts';
import type { GradientMethod } from '../method.ts';

/** Seg-Eigen-CAM: the first principal component of abs(dy/dA) * A, turned so that its strongest position is positive. */
export const segEigenCam: GradientMethod = {
  kind: 'gradient',
  name: 'seg-eigen-cam',
  title: 'Seg-Eigen-CAM',
  paper: '"Seg-Eigen-CAM", 2025, as in pytorch-grad-cam',
  cost: '1 forward, 1 backward behind the layer',
  peers: 'pytorch-grad-cam SegEigenCAM',
  explain: (activation, gradient) => {
    const map = firstComponent(combine(activation, gradient, (a, g) => a * Math.abs(g)));
    const strongest = map.reduce((far, value) => (Math.abs(value) > Math.abs(far) ? value : far), 0);
    return { map: strongest < 0 ? map.map((value) => -value) : map };
  },
};
