import { broadcast_util, type GradConfig, getGradient, reshape, sum, type Tensor } from '@tensorflow/tfjs-core';
import { type Rule, replaceGradient } from './rule.ts';

/** Adds up over the axes along which an input was repeated. */
export function summedTo(slope: Tensor, { shape }: Tensor): Tensor {
  return reshape(sum(slope, broadcast_util.getReductionAxes(shape, slope.shape)), shape);
}

/** tfjs forgets that an operand may have been repeated, and throws for its gradient's shape. */
const broadcast = (kernel: string): Rule => ({
  kernel,
  install() {
    const own = getGradient(kernel) as GradConfig | undefined;
    if (!own) return () => undefined;
    return replaceGradient({
      ...own,
      gradFunc(dy, saved, attrs) {
        const slopes = own.gradFunc(dy, saved, attrs);
        const names = own.inputsToSave ?? [];
        return Object.fromEntries(
          names.map((name, i) => [name, () => summedTo((slopes[name] as () => Tensor)(), saved[i] as Tensor)]),
        );
      },
    });
  },
});

export const broadcasts: readonly Rule[] = ['SquaredDifference', 'Maximum', 'Minimum', 'BatchMatMul'].map(broadcast);
