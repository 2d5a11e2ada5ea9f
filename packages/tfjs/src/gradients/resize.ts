import {
  type ResizeBilinearAttrs,
  type ResizeNearestNeighborAttrs,
  type Tensor,
  type Tensor4D,
  tensor2d,
} from '@tensorflow/tfjs-core';
import { transposeAlong } from './along.ts';
import { type Given, type Rule, rule } from './rule.ts';

type Attributes = ResizeBilinearAttrs | ResizeNearestNeighborAttrs;

/** The weights with which output `at` of an axis reads its inputs: [input, weight] pairs. */
type Kernel = (source: number, length: number, attrs: Attributes) => readonly (readonly [number, number])[];

const bilinear: Kernel = (source, length) => {
  const low = Math.max(0, Math.floor(source));
  const high = Math.min(length - 1, Math.ceil(source));
  const fraction = source - low;
  return [
    [low, 1 - fraction],
    [high, fraction],
  ];
};

const nearest: Kernel = (source, length, { alignCorners }) => {
  const at = alignCorners ? Math.round(source) : Math.floor(source);
  return [[Math.min(length - 1, Math.max(0, at)), 1]];
};

/** Resizing one axis as a matrix [output, input]. */
function matrix(output: number, input: number, kernel: Kernel, attrs: Attributes): Tensor {
  const { alignCorners, halfPixelCenters } = attrs;
  const ratio = alignCorners && output > 1 ? (input - 1) / (output - 1) : input / output;
  const rows = Array.from({ length: output }, (_, at) => {
    const row = new Float32Array(input);
    // half a pixel in, and out again where positions lie between pixels
    const source = halfPixelCenters ? ratio * (at + 0.5) - (kernel === bilinear ? 0.5 : 0) : ratio * at;
    for (const [index, weight] of kernel(source, input, attrs)) row[index] = (row[index] ?? 0) + weight;
    return row;
  });
  return tensor2d(rows as never);
}

/** The backward kernels ignore `halfPixelCenters`: here the transpose of the resize itself, one axis after the other. */
function resizeRule(name: string, kernel: Kernel): Rule {
  return rule({
    kernel: name,
    saves: ['images'],
    gradient: ({ dy, saved: { images }, attrs }: Given<'images', Attributes>) => ({
      images: () => {
        const [, height, width] = images.shape as Tensor4D['shape'];
        const [outHeight, outWidth] = attrs.size;
        const columns = transposeAlong(matrix(outWidth, width, kernel, attrs), dy, 2);
        return transposeAlong(matrix(outHeight, height, kernel, attrs), columns, 1);
      },
    }),
  });
}

export const resizes: readonly Rule[] = [
  resizeRule('ResizeBilinear', bilinear),
  resizeRule('ResizeNearestNeighbor', nearest),
];
