import {
  backend_util,
  type DepthwiseConv2dNativeAttrs,
  depthwiseConv2d,
  reshape,
  reverse,
  sum,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { around, type InputGradient } from './convolution.ts';
import { type Given, type Rule, rule } from './rule.ts';

/** dx of y = depthwiseConv2d(x, filter), whose output channel c * multiplier + q reads input channel c. */
export const depthwiseInputGradient: InputGradient = (dy, filter, inputShape, attrs) => {
  const shape = inputShape as Tensor4D['shape'];
  const [kh, kw, channels, multiplier] = filter.shape as Tensor4D['shape'];
  const { strides, pad, dimRoundingMode } = attrs;
  const dilations = attrs.dilations ?? 1; // layers leave it out
  const info = backend_util.computeConv2DInfo(
    shape,
    [kh, kw, channels, multiplier],
    strides,
    dilations,
    pad,
    dimRoundingMode,
    true,
  );
  const turned: Tensor4D = reshape(reverse(filter, [0, 1]), [kh, kw, channels * multiplier, 1]);
  const dx = depthwiseConv2d(around(dy, info), turned, 1, 'valid', 'NHWC', dilations);
  return multiplier === 1 ? dx : sum(reshape(dx, [...shape, multiplier]), 4);
};

/** wasm has no kernel for it, and no backend differentiates a dilated one. */
export const depthwise: readonly Rule[] = [
  rule({
    kernel: 'DepthwiseConv2dNative',
    saves: ['x', 'filter'],
    gradient: ({ dy, saved: { x, filter }, attrs }: Given<'x' | 'filter', DepthwiseConv2dNativeAttrs>) => ({
      x: () => depthwiseInputGradient(dy, filter, x.shape, attrs),
    }),
  }),
];
