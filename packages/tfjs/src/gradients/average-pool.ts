import {
  type AvgPool3DAttrs,
  type AvgPoolAttrs,
  backend_util,
  engine,
  mul,
  type Tensor,
  type Tensor4D,
  type Tensor5D,
  tensor,
} from '@tensorflow/tfjs-core';
import { type Given, type Rule, rule } from './rule.ts';

/** One pooled axis. */
interface Axis {
  readonly input: number;
  readonly output: number;
  readonly size: number;
  readonly stride: number;
  readonly before: number;
}

type Info = backend_util.Conv2DInfo | backend_util.Conv3DInfo;

const planes = (info: backend_util.Conv3DInfo): Axis => ({
  input: info.inDepth,
  output: info.outDepth,
  size: info.filterDepth,
  stride: info.strideDepth,
  before: info.padInfo.front,
});
const rows = (info: Info): Axis => ({
  input: info.inHeight,
  output: info.outHeight,
  size: info.filterHeight,
  stride: info.strideHeight,
  before: info.padInfo.top,
});
const columns = (info: Info): Axis => ({
  input: info.inWidth,
  output: info.outWidth,
  size: info.filterWidth,
  stride: info.strideWidth,
  before: info.padInfo.left,
});

/** Real cells in each window of an axis. */
const counts = ({ input, output, size, stride, before }: Axis): number[] =>
  Array.from({ length: output }, (_, i) => {
    const start = i * stride - before;
    return Math.min(start + size, input) - Math.max(start, 0);
  });

/** What the forward pass divides by is the number of real cells; the backward kernels divide by the window's size. */
function correct(dy: Tensor, axes: readonly Axis[]): Tensor {
  return axes.reduce((cotangent, axis, i) => {
    const factors = counts(axis).map((count) => axis.size / count);
    if (factors.every((factor) => factor === 1)) return cotangent;
    const shape = dy.shape.map((_, at) => (at === i + 1 ? axis.output : 1));
    return mul(cotangent, tensor(factors, shape));
  }, dy);
}

/** The backends whose kernels divide by the window; tfjs-node's native one is right. */
const backends = ['cpu', 'wasm', 'webgl', 'webgpu'];

export const averagePools: readonly Rule[] = [
  rule({
    kernel: 'AvgPool',
    backends,
    runs: ['AvgPoolGrad'],
    saves: ['x'],
    gradient: ({ dy, saved: { x }, attrs }: Given<'x', AvgPoolAttrs>) => ({
      x: () => {
        const { filterSize, strides, pad, dimRoundingMode } = attrs;
        const shape = x.shape as Tensor4D['shape'];
        const info = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
        const scaled = correct(dy, [rows(info), columns(info)]);
        return engine().runKernel('AvgPoolGrad', { dy: scaled, input: x }, { ...attrs });
      },
    }),
  }),
  rule({
    kernel: 'AvgPool3D',
    backends,
    runs: ['AvgPool3DGrad'],
    saves: ['x'],
    gradient: ({ dy, saved: { x }, attrs }: Given<'x', AvgPool3DAttrs>) => ({
      x: () => {
        const { filterSize, strides, pad, dimRoundingMode, dataFormat } = attrs;
        const shape = x.shape as Tensor5D['shape'];
        const info = backend_util.computePool3DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode, dataFormat);
        const scaled = correct(dy, [planes(info), rows(info), columns(info)]);
        return engine().runKernel('AvgPool3DGrad', { dy: scaled, input: x }, { ...attrs });
      },
    }),
  }),
];
