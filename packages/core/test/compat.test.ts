import { describe, expect, it } from 'vitest';
import { explain, type Fusion, fuse, gradCam, heatmap, heatmapFor, tensor } from '../src/index.ts';
import { pooledLinear } from './pooled-linear.ts';

const model = () => pooledLinear([[3, -4]], [0], [1, 2]);
const map = tensor(Float32Array.of(-1, 3, 1, 0.5), [2, 2]);

describe('heatmapFor', () => {
  it('divides by the maximum after ReLU, then resizes', () => {
    expect([...heatmapFor({ map }, 2, 2).data]).toEqual([0, 1, Math.fround(1 / 3), Math.fround(0.5 / 3)]);
    const wide = heatmapFor({ map: tensor(Float32Array.of(0, 2), [1, 2]) }, 4, 1);
    expect([...wide.data]).toEqual([0, 0.25, 0.75, 1]);
  });

  it('scales twice as pytorch-grad-cam, the second time after resizing', () => {
    const row = { map: tensor(Float32Array.of(1, 2, 4), [1, 3]) };
    // [0, 1/3, 1] resized to two cells: 1/12 (at 0.25 between the first two) and 5/6, then min-max.
    const found = heatmapFor(row, 2, 1, 'pytorch-grad-cam').data;
    expect([...found].map((value) => Math.round(value * 1e5) / 1e5)).toEqual([0, 1]);
    // A tiny map is rescued by the second scaling; a constant one becomes zeros.
    const tiny = heatmapFor({ map: tensor(Float32Array.of(0, 1e-7), [1, 2]) }, 2, 1, 'pytorch-grad-cam').data;
    expect(tiny[1]).toBeCloseTo(1, 5);
    expect([...heatmapFor({ map: tensor(Float32Array.of(2, 2), [1, 2]) }, 2, 1, 'pytorch-grad-cam').data]).toEqual([
      0, 0,
    ]);
  });

  it('fades as eli5 when the maximum nears 1e-7', () => {
    expect(heatmapFor({ map: tensor(Float32Array.of(1e-7), [1, 1]) }, 1, 1, 'eli5').data[0]).toBeCloseTo(0.5, 6);
  });
});

describe('heatmapFor several maps, in the order of pytorch-grad-cam', () => {
  // Read at 1/6, 3/2 and 17/6 of four cells: [1/6, 1/2, 0] and [0, 0, 5/6].
  const rows = [Float32Array.of(0, 1, 0, 0), Float32Array.of(0, 0, 0, 1)];
  const parts = (names: readonly [string, string][]) =>
    rows.map((data, i) => ({ layer: names[i]?.[0] ?? '', copy: names[i]?.[1] ?? '', map: tensor(data, [1, 4]) }));
  const settings = { compat: 'pytorch-grad-cam', eigenSmooth: false, augSmooth: false } as const;
  const shown = (names: readonly [string, string][], fusion: Fusion | null): number[] => {
    const made = { map: tensor(new Float32Array(4), [1, 4]), parts: parts(names), settings: { ...settings, fusion } };
    return [...heatmapFor(made, 3, 1).data].map((value) => Math.round(value * 1e4) / 1e4);
  };
  const layers: [string, string][] = [
    ['a', 'as it is'],
    ['b', 'as it is'],
  ];
  const copies: [string, string][] = [
    ['a', 'as it is'],
    ['a', 'flipped'],
  ];

  it('layers: the mean of the resized maps, scaled afterwards', () => {
    // [1/12, 1/4, 5/12] on its own range.
    expect(shown(layers, 'mean')).toEqual([0, 0.5, 1]);
  });
  it('layers: the largest of maps that are scaled again before', () => {
    // The largest of [1/3, 1, 0] and [0, 0, 1] on its own range.
    expect(shown(layers, 'max')).toEqual([0, 1, 1]);
  });
  it('copies: the mean of finished maps, not scaled again', () => {
    expect(shown(copies, null)).toEqual([0.1667, 0.5, 0.5]);
  });
});

it('refuses a volume, and takes a signal', () => {
  expect(() => heatmapFor({ map: tensor(new Float32Array(8), [2, 2, 2]) }, 2, 2)).toThrow(/is no picture/);
  expect([...heatmapFor({ map: tensor(Float32Array.of(0, 2), [2]) }, 2, 1).data]).toEqual([0, 1]);
});

describe('compat eli5', () => {
  it('divides the gradient by its L2 norm', async () => {
    const picture = tensor(Float32Array.of(1, 2, 1, 0), [1, 2, 1, 2]);
    const [plain] = await explain(model(), picture, { target: 0, method: gradCam });
    const [normed] = await explain(model(), picture, { target: 0, compat: 'eli5' });
    // Gradients 1.5, 1.5, -2, -2: norm 5 / sqrt 2.
    plain?.map.data.forEach((value, i) => {
      expect(normed?.map.data[i]).toBeCloseTo((value * Math.SQRT2) / 5, 6);
    });
  });
});

describe('fuse', () => {
  it.each([
    ['mean', [0.5, 0.5]],
    ['max', [1, 0.75]],
    ['product', [0, 0.1875]],
  ] satisfies [Fusion, number[]][])('%s', (fusion, expected) => {
    expect([
      ...fuse([heatmap(Float32Array.of(0, 0.25), 2, 1), heatmap(Float32Array.of(1, 0.75), 2, 1)], fusion).data,
    ]).toEqual(expected);
  });
  it('refuses none, and sizes that differ', () => {
    expect(() => fuse([])).toThrow(/one or more/);
    expect(() => fuse([heatmap(Float32Array.of(0), 1, 1), heatmap(Float32Array.of(0, 1), 2, 1)])).toThrow(
      /1 x 1 and 2 x 1/,
    );
  });
});
