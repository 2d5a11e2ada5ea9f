import { expect, test } from 'vitest';
import type { Filter } from './filter.ts';
import { resize } from './resize.ts';

const row = { data: Float32Array.of(0, 1), width: 2, height: 1 };

// measured with OpenCV and torch (bilinear), scipy (corner-aligned) and 8-bit Pillow (bicubic, lanczos3: within its rounding)
const vectors: readonly (readonly [Filter, readonly number[], number])[] = [
  ['bilinear', [0, 0.25, 0.75, 1], 1e-7],
  ['bilinear-corners', [0, 1 / 3, 2 / 3, 1], 1e-7],
  ['nearest', [0, 0, 1, 1], 0],
  ['bicubic', [0, 53 / 255, 202 / 255, 1], 3e-3],
  ['lanczos3', [0, 59 / 255, 196 / 255, 1], 3e-3],
];

for (const [filter, expected, tolerance] of vectors) {
  test(`${filter} of a step`, () => {
    const { data } = resize(row, 4, 1, { filter });
    for (const [i, value] of data.entries()) {
      const error = Math.abs(Math.min(1, Math.max(0, value)) - (expected[i] as number));
      expect(error).toBeLessThanOrEqual(tolerance);
    }
  });
}
