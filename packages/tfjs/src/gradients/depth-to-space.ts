import { type DepthToSpaceAttrs, reshape, type Tensor4D, transpose } from '@tensorflow/tfjs-core';
import { type Given, type Rule, rule } from './rule.ts';

/** The inverse permutation, channels last (the only layout tfjs computes on every backend): [h, b, w, b, c] to [h, w, b, b, c]. */
export const depthToSpace: Rule = rule({
  kernel: 'DepthToSpace',
  saves: ['x'],
  gradient: ({ dy, saved: { x }, attrs: { blockSize: b, dataFormat } }: Given<'x', DepthToSpaceAttrs>) => ({
    x: () => {
      const [n, ...size] = x.shape as Tensor4D['shape'];
      if (dataFormat === 'NCHW') {
        const [depth, h, w] = size;
        return reshape(transpose(reshape(dy, [n, depth / (b * b), h, b, w, b]), [0, 3, 5, 1, 2, 4]), x.shape);
      }
      const [h, w, depth] = size;
      return reshape(transpose(reshape(dy, [n, h, b, w, b, depth / (b * b)]), [0, 1, 3, 2, 4, 5]), x.shape);
    },
  }),
});
