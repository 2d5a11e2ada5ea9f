import { matMul, reshape, type Tensor, util } from '@tensorflow/tfjs-core';

/** The transpose of a linear map along one axis: dx[.., j, ..] = sum over i of matrix[i, j] dy[.., i, ..]. */
export function transposeAlong(matrix: Tensor, dy: Tensor, axis: number): Tensor {
  const [rows = 0, columns = 0] = matrix.shape;
  const before = dy.shape.slice(0, axis);
  const after = dy.shape.slice(axis + 1);
  const stack = reshape(dy, [util.sizeFromShape(before), rows, util.sizeFromShape(after)]);
  return reshape(matMul(reshape(matrix, [1, rows, columns]), stack, true), [...before, columns, ...after]);
}
