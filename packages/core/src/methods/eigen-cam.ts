import { firstComponent } from '../first-component.ts';
import type { ActivationMethod } from '../method.ts';

/** Eigen-CAM: the first principal component of the activation. The same for every class; its sign follows the plain sum of the channels. */
export const eigenCam: ActivationMethod = {
  kind: 'activation',
  name: 'eigen-cam',
  title: 'Eigen-CAM',
  paper: 'Muhammad and Yeasin 2020 (arXiv 2008.00299)',
  cost: '1 forward',
  peers: 'pytorch-grad-cam EigenCAM',
  differs: 'the sign of a component is arbitrary in pytorch-grad-cam; here it agrees with the sum of the channels',
  ignoresTarget: true,
  explain: (activation) => ({ map: firstComponent(activation) }),
};
