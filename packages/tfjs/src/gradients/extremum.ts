import {
  backend_util,
  cast,
  div,
  equal,
  type MaxAttrs,
  type MinAttrs,
  mul,
  reshape,
  sum,
  util,
} from '@tensorflow/tfjs-core';
import { type Given, type Rule, rule } from './rule.ts';

/** Equal extrema share the cotangent, as in TensorFlow and PyTorch's `amax`; tfjs gives each of them all of it. */
const extremumRule = (kernel: string): Rule =>
  rule({
    kernel,
    saves: ['x'],
    savesOutput: true,
    gradient: ({ dy, saved: { x, output }, attrs }: Given<'x', MaxAttrs | MinAttrs>) => ({
      x: () => {
        const axes = util.parseAxisParam('axis' in attrs ? attrs.axis : attrs.reductionIndices, x.shape);
        const kept = backend_util.expandShapeToKeepDim(
          x.shape.filter((_, axis) => !axes.includes(axis)),
          axes,
        );
        const chosen = cast(equal(x, reshape(output, kept)), 'float32');
        return mul(chosen, div(reshape(dy, kept), sum(chosen, axes, true)));
      },
    }),
  });

export const extrema: readonly Rule[] = [extremumRule('Max'), extremumRule('Min')];
