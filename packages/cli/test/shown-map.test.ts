import { tensor } from '@gradcam/core';
import { expect, it } from 'vitest';
import { heatmapAt, shownMap } from '../src/shown-map.ts';

const map = (values: readonly number[], dims: readonly number[]) => tensor(Float32Array.from(values), dims);

it('shows a signal as one row, and a volume as the strongest of its slices at each place', () => {
  expect(shownMap(map([1, -1, 2], [3]))).toMatchObject({ width: 3, height: 1 });
  const volume = shownMap(map([4, 0, -1, 1, 2, 1, -2, 3], [2, 2, 2]));
  expect(volume).toMatchObject({ width: 2, height: 2, data: Float32Array.of(1, 0.25, 0, 0.75) });
});

it('knows nothing where a value is no number, in any slice', () => {
  expect([...shownMap(map([1, 2, NaN, 3], [2, 2])).data]).toEqual([NaN, NaN, NaN, NaN]);
  expect(shownMap(map([1, 2, 3, NaN], [2, 1, 2])).data.every(Number.isNaN)).toBe(true);
});

it("scales in a peer's own order where that was asked for", () => {
  const raw = map([1, 2, 4], [1, 3]);
  const settings = { eigenSmooth: false, augSmooth: false, fusion: null };
  const size = { width: 3, height: 1 };
  expect([...heatmapAt({ map: raw, settings: { ...settings, compat: null } }, size).data]).toEqual([0.25, 0.5, 1]);
  const theirs = heatmapAt({ map: raw, settings: { ...settings, compat: 'pytorch-grad-cam' } }, size).data;
  expect(theirs[0]).toBe(0);
  expect(theirs[1]).toBeCloseTo(1 / 3, 6);
});
