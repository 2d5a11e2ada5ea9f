import {
  backend_util,
  type Conv2DAttrs,
  concat,
  conv2d,
  engine,
  getBackend,
  reshape,
  split,
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

/** From so many positions on, the convolution is faster on wasm: ten times, where the kernel is a plain loop. */
const MANY = 16;

/**
 * Either the backend's own kernel, or the transpose as a convolution of dy with the filter turned around: where it is dilated,
 * and where that is faster.
 */
export const convolutionInputGradient: InputGradient = (dy, filter, inputShape, attrs) => {
  const { strides, pad, dataFormat, dimRoundingMode } = attrs;
  const dilations = attrs.dilations ?? 1;
  const positions = dy.size / (filter.shape[3] ?? 1);
  if (!isDilated(dilations) && !(getBackend() === 'wasm' && positions >= MANY)) {
    const backward = { strides, pad, dataFormat, dimRoundingMode, inputShape };
    return engine().runKernel('Conv2DBackpropInput', { dy, filter }, backward as never);
  }
  const first = dataFormat === 'NCHW';
  const [n, ...rest] = inputShape as Shape4D;
  const shape: Shape4D = first ? [n, rest[1], rest[2], rest[0]] : [n, ...rest];
  const info = backend_util.computeConv2DInfo(shape, filter.shape as Shape4D, strides, dilations, pad, dimRoundingMode);
  const last = around(first ? transpose(dy, [0, 2, 3, 1]) : dy, info);
  const dx = conv2d(last, turned(filter), 1, 'valid', 'NHWC', dilations);
  return first ? transpose(dx, [0, 3, 1, 2]) : dx;
};

/** [height, width, in, out] to [height, width, out, in], each axis of the window from its end. */
function turned(filter: Tensor): Tensor4D {
  const [height, width, from, to] = filter.shape as Shape4D;
  const count = height * width;
  const cells = reshape(filter, [count, from, to]);
  // wasm copies cells fast, but reverses an axis value by value
  const back = count === 1 ? cells : concat(split(cells, count).toReversed());
  return reshape(transpose(back, [0, 2, 1]), [height, width, to, from]);
}

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
