import {
  cast,
  type GatherV2Attrs,
  matMul,
  oneHot,
  reshape,
  scatterND,
  type Tensor,
  type Tensor1D,
  transpose,
  util,
  zeros,
} from '@tensorflow/tfjs-core';
import { type Given, type Rule, rule } from './rule.ts';

/**
 * tf.gather as a product with one-hot rows, transposed: [batch, outer, index, inner] back to [batch, outer, length, inner].
 * tfjs needs UnsortedSegmentSum, which wasm lacks, and fails with batch dimensions.
 */
const gather: Rule = rule({
  kernel: 'GatherV2',
  saves: ['x', 'indices'],
  gradient: ({ dy, saved: { x, indices }, attrs: { axis, batchDims } }: Given<'x' | 'indices', GatherV2Attrs>) => ({
    x: () => {
      const [at = 0] = util.parseAxisParam(axis, x.shape);
      const size = (from: number, to?: number): number => util.sizeFromShape(x.shape.slice(from, to));
      const batch = size(0, batchDims);
      const length = x.shape[at] ?? 0;
      const each = indices.size / batch;
      // wasm writes integers whatever type is asked for
      const rows = cast(oneHot(reshape(indices, [-1]) as Tensor1D, length), 'float32');
      const [outer, inner] = [size(batchDims, at), size(at + 1)];
      const columns = transpose(reshape(dy, [batch, outer, each, inner]), [0, 2, 1, 3]);
      const placed = matMul(reshape(rows, [batch, each, length]), reshape(columns, [batch, each, outer * inner]), true);
      return reshape(transpose(reshape(placed, [batch, length, outer, inner]), [0, 2, 1, 3]), x.shape);
    },
    // asked for where the indices are read from the input, as an embedding does
    indices: () => zeros(indices.shape),
  }),
});

const gatherNd: Rule = rule({
  kernel: 'GatherNd',
  saves: ['params', 'indices'],
  gradient: ({ dy, saved: { params, indices } }: Given<'params' | 'indices', object>) => ({
    params: (): Tensor => scatterND(indices, dy, params.shape),
    indices: () => zeros(indices.shape),
  }),
});

export const gathers: readonly Rule[] = [gather, gatherNd];
