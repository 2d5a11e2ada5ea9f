import {
  backend_util,
  type Conv2DAttrs,
  conv2d,
  engine,
  reverse,
  type Tensor,
  type Tensor4D,
  transpose,
} from '@tensorflow/tfjs-core';
import { type Given, type Rule, rule } from './rule.ts';
import { spread } from './spread.ts';

/** The attributes that matter to the derivative with respect to the input. */
export type ConvolutionAttributes = Pick<
  Conv2DAttrs,
  'strides' | 'pad' | 'dataFormat' | 'dilations' | 'dimRoundingMode'
>;

/** dx of y = conv2d(x, filter). */
export type InputGradient = (
  dy: Tensor,
  filter: Tensor,
  inputShape: readonly number[],
  attrs: ConvolutionAttributes,
) => Tensor;

type Shape4D = [number, number, number, number];

export const isDilated = (dilations: number | readonly number[]): boolean => [dilations].flat().some((d) => d !== 1);

/** Undilated, the backend's own kernel; dilated, the transpose as a convolution of dy with the filter turned around. */
export const convolutionInputGradient: InputGradient = (dy, filter, inputShape, attrs) => {
  const { strides, pad, dataFormat, dilations, dimRoundingMode } = attrs;
  if (!isDilated(dilations)) {
    const backward = { strides, pad, dataFormat, dimRoundingMode, inputShape };
    return engine().runKernel('Conv2DBackpropInput', { dy, filter }, backward as never);
  }
  const first = dataFormat === 'NCHW';
  const [n, ...rest] = inputShape as Shape4D;
  const shape: Shape4D = first ? [n, rest[1], rest[2], rest[0]] : [n, ...rest];
  const info = backend_util.computeConv2DInfo(shape, filter.shape as Shape4D, strides, dilations, pad, dimRoundingMode);
  const turned = transpose(reverse(filter, [0, 1]), [0, 1, 3, 2]) as Tensor4D;
  const dx = conv2d(around(first ? transpose(dy, [0, 2, 3, 1]) : dy, info), turned, 1, 'valid', 'NHWC', dilations);
  return first ? transpose(dx, [0, 3, 1, 2]) : dx;
};

/** dy with its strides undone and so much margin that a valid, unstrided convolution has the size of the input. */
export function around(dy: Tensor, info: backend_util.Conv2DInfo): Tensor4D {
  const { inHeight, inWidth, effectiveFilterHeight: kh, effectiveFilterWidth: kw, padInfo } = info;
  const rows = spread(dy, 1, info.strideHeight, kh - 1 - padInfo.top, inHeight + kh - 1);
  return spread(rows, 2, info.strideWidth, kw - 1 - padInfo.left, inWidth + kw - 1) as Tensor4D;
}

/** tfjs refuses to differentiate a dilated convolution. */
export const convolutions: readonly Rule[] = [
  rule({
    kernel: 'Conv2D',
    runs: ['Conv2DBackpropInput'],
    saves: ['x', 'filter'],
    gradient: ({ dy, saved: { x, filter }, attrs }: Given<'x' | 'filter', Conv2DAttrs>) => ({
      x: () => convolutionInputGradient(dy, filter, x.shape, attrs),
    }),
  }),
];
