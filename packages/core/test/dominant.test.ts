import { describe, expect, it } from 'vitest';
import { dominant } from '../src/dominant.ts';
import { kpcaCam, xoshiro128 } from '../src/index.ts';

/** Q diag(values) Q' for a seeded orthogonal Q made of Householder reflections, and its first column. */
function withSpectrum(values: readonly number[], seed: number): { matrix: Float64Array; first: Float64Array } {
  const n = values.length;
  const { normal } = xoshiro128(seed);
  const q = Array.from({ length: n }, (_, i) => Float64Array.from({ length: n }, (_one, j) => (i === j ? 1 : 0)));
  for (let turn = 0; turn < 3; turn++) {
    const u = Float64Array.from({ length: n }, normal);
    const square = u.reduce((sum, value) => sum + value * value, 0);
    for (const row of q) {
      const along = (2 * row.reduce((sum, value, j) => sum + value * (u[j] ?? 0), 0)) / square;
      row.forEach((value, j) => {
        row[j] = value - along * (u[j] ?? 0);
      });
    }
  }
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++)
      matrix[i * n + j] = values.reduce((sum, value, k) => sum + value * (q[i]?.[k] ?? 0) * (q[j]?.[k] ?? 0), 0);
  return { matrix, first: Float64Array.from(q, (row) => row[0] ?? 0) };
}

describe('dominant', () => {
  it.each([
    ['a clear gap', [9, 3, 2, 1, 0.5]],
    ['a narrow gap', [1, 0.9999, ...Array.from({ length: 60 }, (_, i) => 0.9 - i / 100)]],
    ['a negative eigenvalue of the largest size', [2, 1, 0, -5, 0.5]],
    ['none but one', [4, 0, 0, 0]],
    ['only negative ones', [-1, -2, -3]],
    ['a single one', [7]],
    ['more than a restart holds', Array.from({ length: 120 }, (_, i) => 1 / (1 + i))],
  ])('finds the largest of %s', (_what, values) => {
    const { matrix, first } = withSpectrum(values, 3);
    const { value, vector } = dominant(matrix, values.length);
    expect(value).toBeCloseTo(values[0] ?? NaN, 10);
    const along = first.reduce((sum, share, i) => sum + share * (vector[i] ?? 0), 0);
    expect(Math.abs(along)).toBeCloseTo(1, 10);
  });

  it('gives zero for zeros, and NaN for NaN', () => {
    expect(dominant(new Float64Array(4), 2)).toEqual({ value: 0, vector: new Float64Array(2) });
    expect(dominant(Float64Array.of(Number.NaN, 1, 1, 1), 2).value).toBeNaN();
  });
});

it('KPCA-CAM refuses more positions than its kernel has room for', () => {
  const activation = { data: new Float32Array(4097), channels: 1, space: [4097], positions: 4097 };
  expect(() => kpcaCam.explain(activation, { random: xoshiro128(0) })).toThrow(/at most 4096; choose a later layer/);
});
