import { combine } from '../features.ts';
import { firstComponent } from '../first-component.ts';
import type { GradientMethod } from '../method.ts';

/** EigenGrad-CAM: the first principal component of dy/dA * A. Like Eigen-CAM, but of a class; its sign follows HiResCAM. */
export const eigenGradCam: GradientMethod = {
  kind: 'gradient',
  name: 'eigen-grad-cam',
  title: 'EigenGrad-CAM',
  paper: 'Gildenblat et al. 2021, pytorch-grad-cam (no paper)',
  cost: '1 forward, 1 backward behind the layer',
  peers: 'pytorch-grad-cam EigenGradCAM',
  differs: 'as Eigen-CAM',
  explain: (activation, gradient) => ({ map: firstComponent(combine(activation, gradient, (a, g) => a * g)) }),
};
