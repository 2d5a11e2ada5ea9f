import type { Padding, Pair } from './node.ts';

/** Cells of padding [before, after] along `axis` (0 height, 1 width), for `size` positions. */
export function padsOf(
  padding: Padding,
  axis: 0 | 1,
  size: number,
  kernel: number,
  stride: number,
  dilation = 1,
): readonly [before: number, after: number] {
  if (padding !== 'same') return [padding[axis], padding[axis + 2] as number];
  const all = Math.max(0, (Math.ceil(size / stride) - 1) * stride + (kernel - 1) * dilation + 1 - size);
  return [Math.floor(all / 2), Math.ceil(all / 2)];
}

/** Positions of a window that moves over `size` cells. */
export function outputSize(
  padding: Padding,
  axis: 0 | 1,
  size: number,
  kernel: number,
  stride: number,
  dilation = 1,
): number {
  const [before, after] = padsOf(padding, axis, size, kernel, stride, dilation);
  return Math.floor((size + before + after - (kernel - 1) * dilation - 1) / stride) + 1;
}

/** Height and width after a window of `size`. */
export function outputSpace(
  [, height = 1, width = 1]: readonly number[],
  size: Pair,
  strides: Pair,
  padding: Padding,
  dilations: Pair = [1, 1],
): readonly [number, number] {
  return [
    outputSize(padding, 0, height, size[0], strides[0], dilations[0]),
    outputSize(padding, 1, width, size[1], strides[1], dilations[1]),
  ];
}
