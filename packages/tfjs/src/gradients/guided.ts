import { type GradConfig, getGradient, relu, type Tensor } from '@tensorflow/tfjs-core';
import { type Rule, replaceGradient } from './rule.ts';

/** Kernels that cut off below: where guided backpropagation also cuts off negative gradients. */
const RECTIFIERS = ['Relu', 'Relu6', 'ClipByValue'];

/**
 * Guided backpropagation (Springenberg et al. 2015, https://arxiv.org/abs/1412.6806, section 3.4): a rectifier lets only
 * positive gradients through. The same table with rows that wrap the rectifiers' own gradients.
 */
export function guided(table: readonly Rule[]): readonly Rule[] {
  return [...table, ...RECTIFIERS.map(wrapped)];
}

const wrapped = (kernel: string): Rule => ({
  kernel,
  install() {
    const own = getGradient(kernel) as GradConfig | undefined;
    if (!own) return () => undefined;
    return replaceGradient({ ...own, gradFunc: (dy, ...rest) => own.gradFunc(relu(dy as Tensor), ...rest) });
  },
});
