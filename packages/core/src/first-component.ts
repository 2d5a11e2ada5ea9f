import type { Features } from './features.ts';

const ITERATIONS = 2000;
const TOLERANCE = 1e-12;

/** Rows of `x` [rows, columns] multiplied with each other: x x^T [rows, rows]. */
function gram(x: Float64Array, rows: number, columns: number): Float64Array {
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

/** The eigenvector of the largest eigenvalue of a symmetric, positive semi-definite matrix [n, n]: power iteration from its longest row. */
function dominant(matrix: Float64Array, n: number): Float64Array {
  const row = (i: number): Float64Array => matrix.subarray(i * n, (i + 1) * n);
  let start = 0;
  for (let i = 1; i < n; i++) if ((matrix[i * n + i] ?? 0) > (matrix[start * n + start] ?? 0)) start = i;
  let vector = normalised(row(start).slice());
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const before = vector;
    const next = before.map((_, i) => row(i).reduce((sum, value, j) => sum + value * (before[j] ?? 0), 0));
    vector = normalised(next);
    if (vector.every((value, i) => Math.abs(value - (before[i] ?? 0)) < TOLERANCE)) break;
  }
  return vector;
}

/** Channels minus their means, channels as rows [channels, positions]. */
function centred({ data, channels, positions }: Features): Float64Array {
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

function transposed(x: Float64Array, rows: number, columns: number): Float64Array {
  return x.map((_, at) => x[(at % rows) * columns + Math.floor(at / rows)] ?? 0);
}

/**
 * The positions' scores on the first principal component of the channels, [positions]: B v1, B [positions, channels] centred over the
 * positions, v1 its first right singular vector. A principal component has no sign of its own; this one is turned so that it agrees with
 * the plain sum over the channels. Found by power iteration on the smaller of the two Gram matrices, in float64.
 */
export function firstComponent(features: Features): Float64Array {
  const { channels, positions } = features;
  const rows = centred(features);
  const scores = new Float64Array(positions);
  if (channels <= positions) {
    const loadings = dominant(gram(rows, channels, positions), channels);
    rows.forEach((value, at) => {
      const i = at % positions;
      scores[i] = (scores[i] ?? 0) + value * (loadings[Math.floor(at / positions)] ?? 0);
    });
  } else {
    // B B^T u = sigma^2 u, and B v1 = sigma u.
    const products = gram(transposed(rows, channels, positions), positions, channels);
    const u = dominant(products, positions);
    const squared = u.reduce((sum, value, i) => {
      const row = products.subarray(i * positions, (i + 1) * positions);
      return sum + value * row.reduce((dot, product, j) => dot + product * (u[j] ?? 0), 0);
    }, 0);
    scores.set(u.map((value) => value * Math.sqrt(Math.max(0, squared))));
  }
  const agreement = rows.reduce((sum, value, at) => sum + value * (scores[at % positions] ?? 0), 0);
  return agreement < 0 ? scores.map((value) => -value) : scores;
}
