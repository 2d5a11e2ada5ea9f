import type { Attributes } from '../../../src/emit/node-proto.ts';
import { array64, indices, offset, sizeOf } from '../arrays.ts';
import type { Array64, Case, Reference } from '../case.ts';

interface Geometry {
  readonly kernel: readonly number[];
  readonly strides?: readonly number[];
  readonly dilations?: readonly number[];
  readonly pads?: readonly number[];
  readonly ceil?: boolean;
}

/** Max pooling in plain loops. `judged` decides instead of the input itself, the first among equals: so that ties stay decided under differences. */
function maxPool(
  {
    kernel,
    strides = kernel.map(() => 1),
    dilations = kernel.map(() => 1),
    pads = kernel.flatMap(() => [0, 0]),
    ceil = false,
  }: Geometry,
  judged?: readonly number[],
): Reference {
  return ([input]) => {
    const x = input as Array64;
    const space = x.dims.slice(2).map((cells, axis) => {
      const reach = ((kernel[axis] as number) - 1) * (dilations[axis] as number) + 1;
      const steps =
        (cells + (pads[axis] as number) + (pads[kernel.length + axis] as number) - reach) / (strides[axis] as number);
      const windows = (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
      // none begins in the padding behind
      return (windows - 1) * (strides[axis] as number) < cells + (pads[axis] as number) ? windows : windows - 1;
    });
    const y = array64([...x.dims.slice(0, 2), ...space]);
    for (const at of indices(y.dims)) {
      let best = Number.NEGATIVE_INFINITY;
      let chosen = 0;
      for (const cell of indices(kernel)) {
        const from = cell.map(
          (step, axis) =>
            (at[axis + 2] as number) * (strides[axis] as number) -
            (pads[axis] as number) +
            step * (dilations[axis] as number),
        );
        if (from.every((position, axis) => position >= 0 && position < (x.dims[axis + 2] as number))) {
          const position = offset([...at.slice(0, 2), ...from], x.dims);
          const value = (judged ?? x.data)[position] as number;
          if (value <= best) continue;
          best = value;
          chosen = position;
        }
      }
      y.data[offset(at, y.dims)] = x.data[chosen] as number;
    }
    return y;
  };
}

const max = (about: string, dims: readonly number[], geometry: Geometry, more: Partial<Case> = {}): Case => {
  const { kernel, strides, dilations, pads, ceil } = geometry;
  const attributes: Attributes = {
    kernel_shape: kernel,
    ...(strides ? { strides } : {}),
    ...(dilations ? { dilations } : {}),
    ...(pads ? { pads } : {}),
    ...(ceil ? { ceil_mode: 1 } : {}),
  };
  return {
    op: 'MaxPool',
    about,
    inputs: [{ dims, distinct: true }],
    attributes,
    reference: maxPool(geometry),
    ...more,
  };
};

/** Whole numbers behind a Relu: most windows hold ties, many of them zeros beside the padding. */
const tied = (about: string, dims: readonly number[], geometry: Geometry): Case => {
  const values = Array.from({ length: sizeOf(dims) }, (_, i) => Math.max(0, ((i * 7) % 5) - 3));
  return { ...max(`ties, ${about}`, dims, geometry), inputs: [{ dims, values }], reference: maxPool(geometry, values) };
};

/** Distinct values in a frame of what is minus infinity in float32, and finite for the differences in float64. */
const framed = (dims: readonly number[]): number[] =>
  [...indices(dims)].map((at, i) => {
    const isBorder = at
      .slice(2)
      .some((position, axis) => position === 0 || position === (dims[axis + 2] as number) - 1);
    return isBorder ? -1e39 : ((i * 7) % 61) / 5 - 6;
  });

const average = (about: string, dims: readonly number[], attributes: Attributes, more: Partial<Case> = {}): Case => ({
  op: 'AveragePool',
  about,
  inputs: [dims],
  attributes,
  reference: 'linear',
  ...more,
});

/** (sum of |x|^p over each window)^(1/p), no padding. */
const normPool =
  (p: number, kernel: readonly number[], strides: readonly number[]): Reference =>
  ([input]) => {
    const x = input as Array64;
    const space = kernel.map((size, axis) =>
      Math.floor(((x.dims[axis + 2] as number) - size) / (strides[axis] as number) + 1),
    );
    const y = array64([...x.dims.slice(0, 2), ...space]);
    for (const at of indices(y.dims)) {
      let sum = 0;
      for (const cell of indices(kernel)) {
        const from = cell.map((step, axis) => (at[axis + 2] as number) * (strides[axis] as number) + step);
        sum += Math.abs(x.data[offset([...at.slice(0, 2), ...from], x.dims)] as number) ** p;
      }
      y.data[offset(at, y.dims)] = sum ** (1 / p);
    }
    return y;
  };

const spaceMax: Reference = ([input]) => {
  const x = input as Array64;
  const [n = 1, c = 1, ...space] = x.dims;
  const each = sizeOf(space);
  return array64(
    [n, c, ...space.map(() => 1)],
    Float64Array.from({ length: n * c }, (_, i) => Math.max(...x.data.subarray(i * each, (i + 1) * each))),
  );
};

export const pool: readonly Case[] = [
  max('plain', [2, 3, 6, 6], { kernel: [2, 2], strides: [2, 2] }),
  max('overlapping windows', [1, 2, 7, 8], { kernel: [3, 3], strides: [2, 2] }),
  max('padded', [1, 2, 7, 8], { kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }),
  max('cells that no window reaches', [1, 2, 8, 9], { kernel: [2, 2], strides: [3, 3] }),
  max('ceil_mode', [1, 2, 7, 8], { kernel: [3, 2], strides: [2, 3], ceil: true }, { since: 10 }),
  max('dilated', [1, 2, 9, 9], { kernel: [3, 2], dilations: [2, 3], pads: [1, 0, 1, 1] }, { since: 10 }),
  max('1-D', [2, 3, 9], { kernel: [3], strides: [2], pads: [1, 0] }),
  max('3-D', [1, 2, 4, 5, 4], { kernel: [2, 3, 2], strides: [2, 1, 2] }),
  max(
    'SAME_UPPER',
    [1, 2, 7, 8],
    { kernel: [3, 3], strides: [2, 2], pads: [1, 0, 1, 1] },
    { attributes: { kernel_shape: [3, 3], strides: [2, 2], auto_pad: 'SAME_UPPER' } },
  ),
  {
    ...max('all values below zero, padded', [1, 2, 5, 5], { kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }),
    inputs: [{ dims: [1, 2, 5, 5], range: [-6, -1], distinct: true }],
  },
  {
    ...max('padded by minus infinity in front of it', [1, 2, 5, 6], { kernel: [3, 3], strides: [2, 1] }),
    inputs: [{ dims: [1, 2, 5, 6], values: framed([1, 2, 5, 6]) }],
  },
  max(
    'sizes known at run time',
    [1, 2, 7, 8],
    { kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
    { since: 11, freeDims: true },
  ),
  max(
    'ceil_mode, sizes known at run time',
    [1, 2, 7, 8],
    { kernel: [3, 2], strides: [2, 3], pads: [1, 0, 0, 1], ceil: true },
    { since: 11, freeDims: true },
  ),
  max(
    'ceil_mode, sizes known at run time, cells that no window reaches',
    [1, 2, 9, 8],
    { kernel: [1, 2], strides: [3, 3], ceil: true },
    { since: 11, freeDims: true },
  ),
  tied('overlapping windows behind a Relu, padded', [1, 1, 4, 5], {
    kernel: [3, 3],
    strides: [2, 2],
    pads: [1, 1, 1, 1],
  }),
  tied('stride 1', [1, 1, 4, 5], { kernel: [2, 3] }),
  tied('3-D', [1, 1, 2, 2, 5], { kernel: [2, 2, 2], strides: [1, 2, 1], pads: [1, 1, 1, 0, 1, 0] }),
  max(
    'beside column-major indices',
    [1, 2, 5, 4],
    { kernel: [2, 2] },
    { since: 8, outputs: 2, attributes: { kernel_shape: [2, 2], storage_order: 1 } },
  ),
  average('plain', [2, 3, 6, 6], { kernel_shape: [2, 2], strides: [2, 2] }),
  average('overlapping windows', [1, 2, 7, 8], { kernel_shape: [3, 3], strides: [2, 2] }),
  average('padded, padding not counted', [1, 2, 7, 8], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 0, 1, 2] }),
  average('padded, padding counted', [1, 2, 7, 8], {
    kernel_shape: [3, 3],
    strides: [2, 2],
    pads: [1, 0, 1, 2],
    count_include_pad: 1,
  }),
  average('ceil_mode', [1, 2, 7, 8], { kernel_shape: [3, 2], strides: [2, 3], ceil_mode: 1 }, { since: 10 }),
  average(
    'ceil_mode, sizes known at run time',
    [1, 2, 7, 8],
    { kernel_shape: [3, 2], strides: [2, 3], pads: [1, 0, 0, 1], ceil_mode: 1 },
    { since: 11, freeDims: true },
  ),
  average(
    'ceil_mode, sizes known at run time, overhang counted never',
    [1, 2, 7, 8],
    { kernel_shape: [2, 3], strides: [2, 3], ceil_mode: 1, count_include_pad: 1 },
    { since: 11, freeDims: true },
  ),
  average('SAME_LOWER', [1, 2, 8, 7], { kernel_shape: [3, 3], strides: [2, 2], auto_pad: 'SAME_LOWER' }),
  average(
    'ceil_mode, padding counted',
    [1, 2, 7, 8],
    { kernel_shape: [3, 2], strides: [2, 3], pads: [1, 0, 1, 1], ceil_mode: 1, count_include_pad: 1 },
    { since: 10 },
  ),
  average(
    'dilated, padded',
    [1, 2, 9, 8],
    { kernel_shape: [3, 2], strides: [2, 1], dilations: [2, 3], pads: [1, 0, 1, 1] },
    { since: 19 },
  ),
  average(
    '3-D, dilated, ceil_mode, padding counted',
    [1, 1, 7, 8, 9],
    {
      kernel_shape: [2, 2, 2],
      strides: [3, 2, 2],
      dilations: [2, 2, 2],
      pads: [1, 0, 1, 0, 1, 1],
      ceil_mode: 1,
      count_include_pad: 1,
    },
    { since: 19 },
  ),
  average('1-D', [2, 3, 9], { kernel_shape: [4], strides: [2], pads: [1, 1] }),
  average('3-D', [1, 2, 4, 5, 4], { kernel_shape: [2, 3, 2], strides: [2, 1, 2] }),
  average(
    'sizes known at run time',
    [1, 2, 7, 8],
    { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
    { since: 11, freeDims: true },
  ),
  { op: 'GlobalAveragePool', inputs: [[2, 3, 4, 5]], reference: 'linear' },
  { op: 'GlobalAveragePool', about: 'large', inputs: [[1, 2, 20, 21]], reference: 'linear' },
  {
    op: 'GlobalAveragePool',
    about: 'sizes known at run time',
    since: 8,
    freeDims: true,
    inputs: [[2, 3, 4, 5]],
    reference: 'linear',
  },
  ...[1, 2, 3].flatMap((p): readonly Case[] => [
    {
      op: 'LpPool',
      about: `p = ${p}`,
      inputs: [{ dims: [2, 2, 6, 7], kinks: [0] }],
      attributes: { kernel_shape: [3, 2], strides: [2, 2], p },
      reference: normPool(p, [3, 2], [2, 2]),
    },
    {
      op: 'GlobalLpPool',
      // ONNX Runtime has no kernel for the form of opset 22
      until: 21,
      about: `p = ${p}`,
      inputs: [{ dims: [2, 2, 4, 5], kinks: [0] }],
      attributes: { p },
      reference: normPool(p, [4, 5], [1, 1]),
    },
  ]),
  { op: 'GlobalMaxPool', inputs: [{ dims: [2, 3, 4, 5], distinct: true }], reference: spaceMax },
];
