import { describe, expect, it } from 'vitest';
import { tensor } from '../tensor.ts';
import { resize } from './resize.ts';
import { resizeMap } from './resize-map.ts';

const wave = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => Math.sin(1.7 * i) + i / 10);

const at = (z: number, y: number, x: number): number => 2 * z - 3 * y + 5 * x;

describe('resizeMap', () => {
  it.each([
    [
      [3, 4],
      [7, 9],
    ],
    [
      [6, 8],
      [3, 4],
    ],
    [
      [5, 5],
      [5, 9],
    ],
  ] as const)('of a picture is resize, %j to %j', (from, to) => {
    const data = wave(from[0] * from[1]);
    const { data: expected } = resize({ data, width: from[1], height: from[0] }, to[1], to[0]);
    const found = resizeMap(tensor(data, from), to);
    expect(found.dims).toEqual(to);
    found.data.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] ?? NaN, 6);
    });
  });

  it('of a signal is half-pixel linear', () => {
    expect([...resizeMap(tensor(Float32Array.of(0, 1), [2]), [4]).data]).toEqual([0, 0.25, 0.75, 1]);
    const corners = resizeMap(tensor(Float32Array.of(0, 3), [2]), [4], { filter: 'bilinear-corners' });
    expect([...corners.data]).toEqual([0, 1, 2, 3]);
  });

  it('of a volume keeps what is linear along each axis', () => {
    const volume = Float32Array.from({ length: 60 }, (_, i) => at(Math.floor(i / 20), Math.floor(i / 5) % 4, i % 5));
    const { data } = resizeMap(tensor(volume, [3, 4, 5]), [6, 8, 10]);
    for (let z = 1; z < 5; z++)
      for (let y = 1; y < 7; y++)
        for (let x = 1; x < 9; x++)
          expect(data[(z * 8 + y) * 10 + x]).toBeCloseTo(at((z - 0.5) / 2, (y - 0.5) / 2, (x - 0.5) / 2), 5);
  });

  it('shares values where nothing changes, and refuses another number of axes', () => {
    const map = tensor(wave(6), [2, 3]);
    expect(resizeMap(map, [2, 3]).data).toBe(map.data);
    expect(() => resizeMap(map, [6])).toThrow(/as many axes, 2/);
  });
});
