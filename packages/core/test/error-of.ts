import { expect } from 'vitest';

/** Largest error over largest golden value. */
export function errorOf(found: ArrayLike<number>, golden: ArrayLike<number>): number {
  expect(found.length).toBe(golden.length);
  const expected = Array.from(golden);
  const largest = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, i) => Math.abs(value - (found[i] ?? Number.NaN)))) / (largest || 1);
}
