import {
  backend_util,
  type Conv3DAttrs,
  type Conv3DBackpropInputV2Attrs,
  conv3d,
  reshape,
  reverse,
  type Tensor5D,
  transpose,
} from '@tensorflow/tfjs-core';
import { type Given, type Rule, rule } from './rule.ts';
import { spread } from './spread.ts';

/**
 * dx as a convolution of dy, its strides undone, with the filter turned around. The wasm kernel answers other numbers; none is
 * differentiated where it is dilated.
 */
const forward: Rule = rule({
  kernel: 'Conv3D',
  saves: ['x', 'filter'],
  gradient: ({ dy, saved: { x, filter }, attrs: { strides, dilations, pad } }: Given<'x' | 'filter', Conv3DAttrs>) => ({
    x: () => {
      const [depth, height, width, from, to] = filter.shape as Tensor5D['shape'];
      const shape = x.shape as Tensor5D['shape'];
      const info = backend_util.computeConv3DInfo(shape, [depth, height, width, from, to], strides, dilations, pad);
      const { effectiveFilterDepth: kd, effectiveFilterHeight: kh, effectiveFilterWidth: kw, padInfo } = info;
      const planes = spread(dy, 1, info.strideDepth, kd - 1 - padInfo.front, info.inDepth + kd - 1);
      const rows = spread(planes, 2, info.strideHeight, kh - 1 - padInfo.top, info.inHeight + kh - 1);
      const columns = spread(rows, 3, info.strideWidth, kw - 1 - padInfo.left, info.inWidth + kw - 1);
      // all three axes at once: webgl reverses no tensor of rank 5
      const turned = transpose(reverse(reshape(filter, [depth * height * width, from, to]), 0), [0, 2, 1]);
      const back = reshape(turned, [depth, height, width, to, from]) as Tensor5D;
      return conv3d(columns as Tensor5D, back, 1, 'valid', 'NDHWC', dilations);
    },
  }),
});

/**
 * The transpose of a transposed convolution; tfjs has none. Not on wasm, whose kernel answers other numbers: there the scores
 * themselves are wrong.
 */
const transposed: Rule = rule({
  kernel: 'Conv3DBackpropInputV2',
  backends: ['cpu', 'webgl', 'webgpu', 'tensorflow'],
  runs: ['Conv3D'],
  saves: ['filter'],
  gradient: ({ dy, saved: { filter }, attrs: { strides, pad } }: Given<'filter', Conv3DBackpropInputV2Attrs>) => ({
    dy: () => conv3d(dy as Tensor5D, filter as Tensor5D, strides, pad),
  }),
});

export const convolutions3d: readonly Rule[] = [forward, transposed];
