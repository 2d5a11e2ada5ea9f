import { array64, indices, offset } from '../arrays.ts';
import type { Array64, Case, Reference } from '../case.ts';

const batchNormalization: Reference = (inputs) => {
  const [x, scale, bias, mean, variance] = inputs as [Array64, Array64, Array64, Array64, Array64];
  const y = array64(x.dims);
  for (const at of indices(x.dims)) {
    const c = at[1] as number;
    const i = offset(at, x.dims);
    const normal = ((x.data[i] as number) - (mean.data[c] as number)) / Math.sqrt((variance.data[c] as number) + 1e-3);
    y.data[i] = normal * (scale.data[c] as number) + (bias.data[c] as number);
  }
  return y;
};

const localResponse =
  (size: number, alpha: number, beta: number, bias: number): Reference =>
  ([input]) => {
    const x = input as Array64;
    const y = array64(x.dims);
    for (const at of indices(x.dims)) {
      const [n, c = 0, ...space] = at;
      let squares = 0;
      for (let other = c - Math.floor((size - 1) / 2); other <= c + Math.ceil((size - 1) / 2); other++) {
        if (other >= 0 && other < (x.dims[1] as number))
          squares += (x.data[offset([n as number, other, ...space], x.dims)] as number) ** 2;
      }
      y.data[offset(at, x.dims)] = (x.data[offset(at, x.dims)] as number) / (bias + (alpha / size) * squares) ** beta;
    }
    return y;
  };

const statistics = [
  { dims: [3], fixed: true },
  { dims: [3], range: [0.5, 2] as const, fixed: true },
];

export const normalize: readonly Case[] = [
  {
    op: 'BatchNormalization',
    inputs: [[2, 3, 4, 2], [3], [3], ...statistics],
    attributes: { epsilon: { float: 1e-3 } },
    reference: batchNormalization,
  },
  {
    op: 'BatchNormalization',
    about: 'of vectors',
    inputs: [[4, 3], [3], [3], ...statistics],
    attributes: { epsilon: { float: 1e-3 } },
    reference: batchNormalization,
  },
  ...[3, 5].map(
    (size): Case => ({
      op: 'LRN',
      about: `over ${size} channels`,
      inputs: [[2, 6, 3, 2]],
      attributes: { size, alpha: { float: 0.5 }, beta: { float: 0.75 }, bias: { float: 1.5 } },
      reference: localResponse(size, 0.5, 0.75, 1.5),
    }),
  ),
];
