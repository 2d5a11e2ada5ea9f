import {
  add,
  type FusedBatchNormAttrs,
  getKernel,
  type KernelConfig,
  mul,
  neg,
  rsqrt,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { summedTo } from './broadcast.ts';
import { type Rule, replaceGradient, replaceKernel } from './rule.ts';

/** tfjs stumbles over a scale or offset that is not there, when it keeps them and when it walks its record back. */
export const batchNorm: Rule = {
  kernel: 'FusedBatchNorm',
  install(backend) {
    const own = getKernel('FusedBatchNorm', backend) as KernelConfig | undefined;
    if (!own) return () => undefined;
    let scaled = false;
    const restoreKernel = replaceKernel({
      ...own,
      kernelFunc(call) {
        // the record holds this very object
        for (const [name, input] of Object.entries(call.inputs)) if (!input) delete call.inputs[name];
        scaled = 'scale' in call.inputs;
        return own.kernelFunc(call);
      },
    });
    const restoreGradient = replaceGradient({
      kernelName: 'FusedBatchNorm',
      // read right after the kernel has run: what was noted belongs to this node
      get inputsToSave() {
        return ['x', 'mean', 'variance', ...(scaled ? ['scale'] : [])];
      },
      gradFunc: (dy, saved, attrs) =>
        gradients(dy as Tensor, saved as unknown as Saved, (attrs as unknown as FusedBatchNormAttrs).varianceEpsilon),
    });
    return () => {
      restoreGradient();
      restoreKernel();
    };
  },
};

type Saved = readonly [x: Tensor, mean: Tensor, variance: Tensor, scale?: Tensor];

/** Of y = scale (x - mean) / sqrt(variance + epsilon) + offset. */
function gradients(dy: Tensor, [x, mean, variance, scale]: Saved, epsilon: number): Record<string, () => Tensor> {
  const root = rsqrt(add(variance, epsilon));
  const slope = (): Tensor => mul(dy, scale ? mul(scale, root) : root);
  return {
    x: slope,
    mean: () => neg(summedTo(slope(), mean)),
    variance: () => summedTo(mul(mul(slope(), sub(x, mean)), mul(mul(root, root), -0.5)), variance),
    scale: () => summedTo(mul(dy, mul(sub(x, mean), root)), mean),
    offset: () => summedTo(dy, mean),
  };
}
