import type { GradientMethod } from '../method.ts';
import { hiResCam } from './hires-cam.ts';

/** Gradient x input: sum over the picture's channels of X dy/dX, that is HiResCAM at the picture itself. Signed. */
export const gradientXInput: GradientMethod = {
  ...hiResCam,
  name: 'gradient-x-input',
  title: 'Gradient x input',
  paper: 'Shrikumar et al. 2016 (arXiv 1605.01713)',
  cost: '1 forward, 1 backward',
  peers: 'captum InputXGradient, xplique GradientInput',
  at: 'input',
};
