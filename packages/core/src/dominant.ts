import { largestOf } from './jacobi.ts';

/** Steps before a restart, most restarts, and the residual, relative to the eigenvalue, that is rounding. */
const STEPS = 24;
const RESTARTS = 100;
const RESIDUAL = 1e-13;

export interface Eigen {
  /** Of length 1, or zero where the matrix is. */
  readonly vector: Float64Array;
  readonly value: number;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** a + by * b, in place. */
function add(a: Float64Array, b: Float64Array, by: number): void {
  for (let i = 0; i < a.length; i++) a[i] = (a[i] ?? 0) + by * (b[i] ?? 0);
}

function times(matrix: Float64Array, n: number, vector: Float64Array): Float64Array {
  return vector.map((_, i) => dot(matrix.subarray(i * n, (i + 1) * n), vector));
}

const scaled = (vector: Float64Array, by: number): Float64Array => vector.map((value) => value * by);

/** The row of the largest diagonal element: for a Gram matrix the longest. */
function longestRow(matrix: Float64Array, n: number): Float64Array {
  let start = 0;
  for (let i = 1; i < n; i++)
    if (Math.abs(matrix[i * n + i] ?? 0) > Math.abs(matrix[start * n + start] ?? 0)) start = i;
  return matrix.slice(start * n, (start + 1) * n);
}

/**
 * The largest eigenvalue of a symmetric matrix [n, n] and its vector, by restarted Lanczos iteration from the longest row, each step made
 * orthogonal to all before it (Golub and Van Loan, Matrix Computations, section 10.3). The same numbers for the same matrix.
 */
export function dominant(matrix: Float64Array, n: number): Eigen {
  const start = longestRow(matrix, n);
  const norm = Math.sqrt(dot(start, start));
  // NaN passes on: it is diagnosed, not hidden.
  if (!(norm > 0 && norm < Infinity)) return { vector: scaled(start, 1), value: norm };
  let vector = scaled(start, 1 / norm);
  let value = 0;
  for (let restart = 0; restart < RESTARTS; restart++) {
    const basis = [vector];
    const small = new Float64Array(STEPS * STEPS);
    let size = 0;
    let rest = 0;
    for (let step = 0; step < Math.min(n, STEPS); step++) {
      const next = times(matrix, n, basis[step] as Float64Array);
      small[step * STEPS + step] = dot(next, basis[step] as Float64Array);
      for (let twice = 0; twice < 2; twice++) for (const before of basis) add(next, before, -dot(next, before));
      rest = Math.sqrt(dot(next, next));
      size = step + 1;
      if (!(rest > Number.EPSILON * Math.abs(small[0] ?? 0)) || size === Math.min(n, STEPS)) break;
      small[step * STEPS + size] = rest;
      small[size * STEPS + step] = rest;
      basis.push(scaled(next, 1 / rest));
    }
    const found = largestOf(small, STEPS, size);
    value = found.value;
    const sum = new Float64Array(n);
    basis.forEach((one, step) => {
      add(sum, one, found.vector[step] ?? 0);
    });
    vector = scaled(sum, 1 / Math.sqrt(dot(sum, sum)));
    if (!(rest * Math.abs(found.vector[size - 1] ?? 0) > RESIDUAL * Math.abs(value))) break;
  }
  return { vector, value };
}
