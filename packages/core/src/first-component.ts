import type { Features } from './features.ts';

const ITERATIONS = 2000;
const TOLERANCE = 1e-12;

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

function normalised(vector: Float64Array): Float64Array {
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return norm === 0 ? vector : vector.map((value) => value / norm);
}

interface Eigen {
  /** Of length 1, or zero where the matrix is. */
  readonly vector: Float64Array;
  readonly value: number;
}

function times(matrix: Float64Array, n: number, vector: Float64Array): Float64Array {
  return vector.map((_, i) => {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += (matrix[i * n + j] ?? 0) * (vector[j] ?? 0);
    return sum;
  });
}

/** Power iteration on matrix + shift, from the matrix's longest row. */
function iterated(matrix: Float64Array, n: number, shift: number): Eigen {
  let start = 0;
  for (let i = 1; i < n; i++)
    if (Math.abs(matrix[i * n + i] ?? 0) > Math.abs(matrix[start * n + start] ?? 0)) start = i;
  let vector = normalised(matrix.slice(start * n, (start + 1) * n));
  let image = times(matrix, n, vector);
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const before = vector;
    vector = normalised(image.map((value, i) => value + shift * (before[i] ?? 0)));
    image = times(matrix, n, vector);
    if (vector.every((value, i) => Math.abs(value - (before[i] ?? 0)) < TOLERANCE)) break;
  }
  return { vector, value: vector.reduce((sum, value, i) => sum + value * (image[i] ?? 0), 0) };
}

/** The largest eigenvalue of a symmetric matrix [n, n] and its vector. */
export function dominant(matrix: Float64Array, n: number): Eigen {
  const found = iterated(matrix, n, 0);
  // A kernel that is not positive may have its eigenvalue of the largest size below zero: shifted by that, the largest is the largest.
  return found.value < 0 ? iterated(matrix, n, -found.value) : found;
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
 * positions, v1 its first right singular vector, turned so that it agrees with the plain sum over the channels. Found by power iteration on
 * the smaller of the two Gram matrices, in float64.
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
