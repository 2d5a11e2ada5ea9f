import { kernelComponent } from '../kernel-component.ts';
import type { ActivationMethod } from '../method.ts';

/**
 * KPCA-CAM: the first kernel principal component of the activation, positions as samples, with the kernel tanh(x.y / C + 1) on activations
 * centred over the positions. The same for every class; its sign follows the plain sum of the channels. For up to 4096 positions.
 */
export const kpcaCam: ActivationMethod = {
  kind: 'activation',
  name: 'kpca-cam',
  title: 'KPCA-CAM',
  paper: 'Karmani et al. 2024 (arXiv 2410.00267)',
  cost: '1 forward',
  peers: 'pytorch-grad-cam KPCA_CAM',
  differs: 'as Eigen-CAM',
  ignoresTarget: true,
  explain: (activation) => ({ map: kernelComponent(activation) }),
};
