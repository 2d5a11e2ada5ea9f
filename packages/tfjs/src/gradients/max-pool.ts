import {
  abs,
  add,
  cast,
  engine,
  greater,
  type MaxPool3DAttrs,
  type MaxPoolAttrs,
  mul,
  reciprocal,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { type Given, type Rule, rule } from './rule.ts';

/** Where the wasm kernels start to look for a maximum: the smallest positive normal float. */
const START = 2 ** -126;

/**
 * A window without a value above `START` loses its gradient on wasm (MaxPool3D's forward even answers `START`). Such
 * windows go through the kernel a second time with 1/|x|, which keeps the order of what is not positive.
 */
function poolRule(kernel: string): Rule {
  const backward = `${kernel}Grad`;
  return rule({
    kernel,
    backends: ['wasm'],
    runs: [backward],
    saves: ['x'],
    savesOutput: true,
    gradient: ({ dy, saved: { x, output }, attrs }: Given<'x', MaxPoolAttrs | MaxPool3DAttrs>) => {
      const pull = (cotangent: Tensor, input: Tensor): Tensor =>
        engine().runKernel(backward, { dy: cotangent, input, output }, { ...attrs });
      return {
        x: () => {
          const positive = mul(dy, cast(greater(output, START), 'float32'));
          return add(pull(positive, x), pull(sub(dy, positive), reciprocal(abs(x))));
        },
      };
    },
  });
}

export const maxPools: readonly Rule[] = [poolRule('MaxPool'), poolRule('MaxPool3D')];
