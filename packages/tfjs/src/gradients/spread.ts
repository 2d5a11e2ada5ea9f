import { pad, reshape, slice, type Tensor, type Tensor3D, util } from '@tensorflow/tfjs-core';

/**
 * Puts the entries of an axis `step` apart, the first at index `first` of `length`, with zeros between and around;
 * what falls outside is cut off. The transpose of taking every `step`-th entry from `first` on.
 */
export function spread(y: Tensor, axis: number, step: number, first: number, length: number): Tensor {
  const outer = util.sizeFromShape(y.shape.slice(0, axis));
  const inner = util.sizeFromShape(y.shape.slice(axis + 1));
  const count = y.shape[axis] ?? 0;
  const apart = pad(reshape(y, [outer, count, 1, inner]), [
    [0, 0],
    [0, 0],
    [0, step - 1],
    [0, 0],
  ]);
  const covered = count * step;
  const around = pad(reshape(apart, [outer, covered, inner]) as Tensor3D, [
    [0, 0],
    [Math.max(first, 0), Math.max(length - first - covered, 0)],
    [0, 0],
  ]);
  const placed = slice(around, [0, Math.max(-first, 0), 0], [outer, length, inner]);
  return reshape(placed, [...y.shape.slice(0, axis), length, ...y.shape.slice(axis + 1)]);
}
