import type { GradientMethod } from '../method.ts';

/** Said of every method that lets only positive gradients pass. */
export const FAILS_SANITY_CHECKS =
  'its map hardly changes with the class, or even with random weights (Adebayo et al. 2018); use it for looks, not as evidence';

/**
 * Guided backpropagation: the sum over the picture's channels of dy/dX, where every ReLU lets only positive gradients pass. Sharp to look at, but
 * it fails sanity checks (Adebayo et al. 2018): it hardly depends on the class or even on the weights. Signed.
 */
export const guidedBackprop: GradientMethod = {
  kind: 'gradient',
  name: 'guided-backprop',
  title: 'Guided backpropagation',
  paper: 'Springenberg et al. 2015, section 3.4 (arXiv 1412.6806); fails sanity checks (arXiv 1810.03292)',
  cost: '1 forward, 1 backward',
  peers: 'pytorch-grad-cam GuidedBackpropReLUModel (its channels summed), captum GuidedBackprop',
  differs:
    'pytorch-grad-cam puts one shared ReLU in the place of all afterwards, so that later maps of the same model are wrong; here the model is left alone',
  at: 'input',
  rule: 'guided',
  caution: FAILS_SANITY_CHECKS,
  explain: (_picture, gradient) => ({ contributions: gradient }),
};
