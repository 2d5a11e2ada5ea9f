import {
  abs,
  add,
  backend_util,
  cast,
  engine,
  greater,
  type MaxPool3DAttrs,
  type MaxPoolAttrs,
  mul,
  pad,
  reciprocal,
  reverse,
  slice,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { type Given, type Rule, rule } from './rule.ts';

type Attributes = MaxPoolAttrs | MaxPool3DAttrs;

/** Where the wasm kernels start to look for a maximum: the smallest positive normal float. */
const START = 2 ** -126;

/** What the windows cover along one axis: they begin `before` in front of the input and end `length` further on. */
interface Cover {
  readonly before: number;
  readonly length: number;
}

const cover = (before: number, out: number, stride: number, size: number): Cover => ({
  before,
  length: (out - 1) * stride + size,
});

function coverOf(shape: number[], { filterSize, strides, pad: padding, dimRoundingMode }: Attributes): Cover[] {
  if (shape.length === 5) {
    const info = backend_util.computePool3DInfo(
      shape as [number, number, number, number, number],
      filterSize as number | [number, number, number],
      strides as number | [number, number, number],
      1,
      padding as number | 'valid' | 'same',
      dimRoundingMode,
    );
    const { padInfo } = info;
    return [
      cover(padInfo.front, info.outDepth, info.strideDepth, info.effectiveFilterDepth),
      cover(padInfo.top, info.outHeight, info.strideHeight, info.effectiveFilterHeight),
      cover(padInfo.left, info.outWidth, info.strideWidth, info.effectiveFilterWidth),
    ];
  }
  const info = backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize as number | [number, number],
    strides as number | [number, number],
    1,
    padding,
    dimRoundingMode,
  );
  return [
    cover(info.padInfo.top, info.outHeight, info.strideHeight, info.effectiveFilterHeight),
    cover(info.padInfo.left, info.outWidth, info.strideWidth, info.effectiveFilterWidth),
  ];
}

/** A tensor [N, ...space, C] with `before` and `after` cells more (or less, where negative) along each axis of its space. */
function moved(tensor: Tensor, margins: readonly (readonly [before: number, after: number])[], value: number): Tensor {
  const more = margins.map(([before, after]): [number, number] => [Math.max(0, before), Math.max(0, after)]);
  const padded = pad(tensor, [[0, 0], ...more, [0, 0]], value);
  const begin = margins.map(([before]) => Math.max(0, -before));
  const size = tensor.shape.slice(1, -1).map((length, axis) => {
    const [before, after] = margins[axis] as readonly [number, number];
    return length + before + after;
  });
  return slice(padded, [0, ...begin, 0], [-1, ...size, -1]);
}

/** Below every value: no window's maximum. */
const LOWEST = -3.4e38;

type Pull = (dy: Tensor, x: Tensor, output: Tensor) => Tensor;

/** Of equal maxima these kernels take the last, every framework the first: turned around, the last is the first. */
function poolRule(kernel: string, backends: readonly string[], pulled: (backward: Pull) => Pull): Rule {
  const backward = `${kernel}Grad`;
  return rule({
    kernel,
    backends,
    runs: [backward],
    saves: ['x'],
    savesOutput: true,
    gradient: ({ dy, saved: { x, output }, attrs }: Given<'x', Attributes>) => ({
      x: () => {
        const axes = x.shape.slice(1, -1).map((_, i) => i + 1);
        const margins = coverOf(x.shape, attrs).map(
          ({ before, length }, i) => [before, length - before - (x.shape[i + 1] as number)] as const,
        );
        const turned = (tensor: Tensor): Tensor => reverse(tensor, axes);
        const pull = pulled((cotangent, input, out) =>
          engine().runKernel(backward, { dy: cotangent, input, output: out }, { ...attrs, pad: 'valid' }),
        );
        const slope = turned(pull(turned(dy), turned(moved(x, margins, LOWEST)), turned(output)));
        return moved(
          slope,
          margins.map(([before, after]) => [-before, -after] as const),
          0,
        );
      },
    }),
  });
}

/**
 * On wasm a window without a value above `START` loses its gradient (MaxPool3D's forward even answers `START`): such windows
 * go through the kernel a second time with 1/|x|, which keeps the order of what is not positive.
 */
const inHalves =
  (pull: Pull): Pull =>
  (dy, x, output) => {
    const positive = mul(dy, cast(greater(output, START), 'float32'));
    return add(pull(positive, x, output), pull(sub(dy, positive), reciprocal(abs(x)), output));
  };

/** MaxPool3D is left alone on the graphics processors, where it is right but for ties. */
export const maxPools: readonly Rule[] = [
  poolRule('MaxPool', ['wasm'], inHalves),
  poolRule('MaxPool3D', ['wasm'], inHalves),
  poolRule('MaxPool', ['webgl', 'webgpu'], (pull) => pull),
];
