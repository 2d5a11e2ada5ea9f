import { dominant } from './dominant.ts';
import type { Features } from './features.ts';

/** Rows of `x` [rows, columns] multiplied with each other: x x^T [rows, rows]. */
export function gram(x: Float64Array, rows: number, columns: number): Float64Array {
  const product = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < columns; k++) sum += (x[i * columns + k] ?? 0) * (x[j * columns + k] ?? 0);
      product[i * rows + j] = sum;
      product[j * rows + i] = sum;
    }
  }
  return product;
}

/** Channels minus their means, channels as rows [channels, positions]. */
export function centred({ data, channels, positions }: Features): Float64Array {
  const rows = Float64Array.from(data);
  for (let k = 0; k < channels; k++) {
    const row = rows.subarray(k * positions, (k + 1) * positions);
    const mean = row.reduce((sum, value) => sum + value, 0) / positions;
    row.forEach((value, i) => {
      row[i] = value - mean;
    });
  }
  return rows;
}

export function transposed(x: Float64Array, rows: number, columns: number): Float64Array {
  return x.map((_, at) => x[(at % rows) * columns + Math.floor(at / rows)] ?? 0);
}

/** Scores [positions] turned so that they agree with the sum over the centred channels: a component has no sign of its own. */
export function towardsSum(scores: Float64Array, rows: Float64Array): Float64Array {
  const agreement = rows.reduce((sum, value, at) => sum + value * (scores[at % scores.length] ?? 0), 0);
  return agreement < 0 ? scores.map((value) => -value) : scores;
}

/**
 * The positions' scores on the first principal component of the channels, [positions]: B v1, B [positions, channels] centred over the
 * positions, v1 its first right singular vector, turned so that it agrees with the plain sum over the channels. Found on the
 * smaller of the two Gram matrices, in float64.
 */
export function firstComponent(features: Features): Float64Array {
  const { channels, positions } = features;
  const rows = centred(features);
  if (channels > positions) {
    // B B^T u = sigma^2 u, and B v1 = sigma u.
    const { vector, value } = dominant(gram(transposed(rows, channels, positions), positions, channels), positions);
    const sigma = Math.sqrt(Math.max(0, value));
    return towardsSum(
      vector.map((share) => share * sigma),
      rows,
    );
  }
  const { vector } = dominant(gram(rows, channels, positions), channels);
  const scores = new Float64Array(positions);
  rows.forEach((value, at) => {
    const i = at % positions;
    scores[i] = (scores[i] ?? 0) + value * (vector[Math.floor(at / positions)] ?? 0);
  });
  return towardsSum(scores, rows);
}
