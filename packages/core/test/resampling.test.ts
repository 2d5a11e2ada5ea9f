import { describe, expect, it } from 'vitest';
import { contours, type Filter, heatmap, layOver, overlay, placed, resize, resizePixels } from '../src/index.ts';
import { bytesOf, difference, golden, opaque, picture } from './golden-pictures.ts';

const row = (...values: number[]) => heatmap(Float32Array.from(values), values.length, 1);

describe('a step of two cells, four wide', () => {
  // Measured with OpenCV and torch (bilinear), scipy (corner-aligned) and 8-bit Pillow (bicubic, lanczos3: within its rounding).
  it.each([
    ['bilinear', [0, 0.25, 0.75, 1], 1e-7],
    ['bilinear-corners', [0, 1 / 3, 2 / 3, 1], 1e-7],
    ['nearest', [0, 0, 1, 1], 0],
    ['bicubic', [0, 53 / 255, 202 / 255, 1], 3e-3],
    ['lanczos3', [0, 59 / 255, 196 / 255, 1], 3e-3],
  ] satisfies [Filter, number[], number][])('%s', (filter, expected, tolerance) => {
    const { data } = resize(row(0, 1), 4, 1, { filter });
    for (const [i, value] of data.entries()) {
      const error = Math.abs(Math.min(1, Math.max(0, value)) - (expected[i] as number));
      expect(error).toBeLessThanOrEqual(tolerance);
    }
  });
});

describe('resizePixels', () => {
  it.each(golden.resized)(
    '$filter to $width x $height is that of Pillow, byte by byte',
    ({ filter, width, height, rgb }) => {
      expect(difference(resizePixels(picture, width, height, { filter }).data, opaque(rgb))).toBe(0);
    },
  );

  it('weighs colours by their alpha, as Pillow does', () => {
    const { rgba, width, height, resized } = golden.transparent;
    const found = resizePixels({ ...picture, data: bytesOf(rgba) }, width, height, { filter: 'lanczos3' });
    expect(difference(found.data, bytesOf(resized))).toBe(0);
  });

  it('does not let transparent colours bleed', () => {
    const data = Uint8ClampedArray.of(255, 0, 0, 255, 0, 255, 0, 0);
    const found = resizePixels({ data, width: 2, height: 1 }, 4, 1).data;
    expect([...found.subarray(4, 8)]).toEqual([255, 0, 0, 191]);
    expect([...found.subarray(8, 12)]).toEqual([255, 0, 0, 64]);
  });

  it('refuses bytes that are no picture', () => {
    expect(() => resizePixels({ data: new Uint8Array(12), width: 2, height: 2 }, 1, 1)).toThrow(/12 bytes.*wants 16/);
    expect(() => resizePixels(picture, 0, 4)).toThrow(/0 x 4/);
  });
});

describe('placed', () => {
  const map = row(0, 1);
  const shown = (frame: { x: number; width: number }, filter?: Filter): number[] => [
    ...placed(map, { width: 8, height: 1 }, { y: 0, height: 1, ...frame }, filter).data,
  ];
  it('is a resize where the model saw the whole picture', () => {
    for (const filter of ['bilinear', 'bilinear-corners', 'nearest', 'bicubic', 'lanczos3'] satisfies Filter[]) {
      expect(shown({ x: 0, width: 8 }, filter)).toEqual([...resize(map, 8, 1, { filter }).data]);
    }
  });
  it('is nothing outside of a crop', () => {
    expect(shown({ x: 2, width: 4 })).toEqual([0, 0, 0, 0.25, 0.75, 1, 0, 0]);
  });
  it('leaves out what lay on the bars', () => {
    // The picture was the middle half of the input.
    expect(shown({ x: -4, width: 16 }, 'nearest')).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    expect(shown({ x: -4, width: 16 })).toEqual([1, 3, 5, 7, 9, 11, 13, 15].map((value) => value / 16));
  });
});

describe('contours', () => {
  const hill = heatmap(Float32Array.from([0, 0, 0, 0, 1, 0, 0, 0, 0]), 3, 3);
  it('closes around a peak, high values on the left', () => {
    const [line, ...others] = contours(hill, 0.5);
    expect(others).toEqual([]);
    expect(line).toHaveLength(5);
    expect(line?.at(-1)).toEqual(line?.[0]);
    const points = new Set(line?.map(([x, y]) => `${x},${y}`));
    expect(points).toEqual(new Set(['1.5,1', '2,1.5', '1.5,2', '1,1.5']));
    // Signed area: with y downwards, the inside on the left means counterclockwise to the eye, a negative shoelace sum.
    const area = (line ?? []).slice(1).reduce((sum, [x, y], i) => {
      const [px, py] = line?.[i] ?? [0, 0];
      return sum + (px * y - x * py) / 2;
    }, 0);
    expect(area).toBe(-0.5);
  });
  it('lies where the interpolated map has the level', () => {
    const slope = heatmap(
      Float32Array.from({ length: 12 }, (_, i) => (i % 4) / 3),
      4,
      3,
    );
    expect(contours(slope, 0.4)).toEqual([
      [
        [1.7, 0.5],
        [1.7, 1.5],
        [1.7, 2.5],
      ].map(([x, y]) => [expect.closeTo(x as number, 6), y]),
    ]);
  });
  it.each([
    [0.4, 1],
    [0.6, 2],
  ])('a saddle at %f has %i line(s) around its heights', (level, regions) => {
    // Two heights that touch at a corner, within zeros; the mean of the square between them is 0.5.
    const saddle = heatmap(Float32Array.from([0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]), 4, 4);
    expect(contours(saddle, level)).toHaveLength(regions);
  });
  it('has none where the level is not crossed', () => {
    expect(contours(hill, 2)).toEqual([]);
    expect(contours(row(0, 1), 0.5)).toEqual([]);
    expect(() => contours(hill, NaN)).toThrow(/NaN; expected a number/);
  });
});

describe('overlay', () => {
  const white = { data: new Uint8ClampedArray(4 * 64).fill(255), width: 8, height: 8 };
  it('resizes first and then colours', () => {
    const { data } = overlay(white, row(0, 1), { scale: 'gray', fade: false, opacity: 1 });
    const first = Array.from({ length: 8 }, (_, x) => data[4 * x]);
    expect(first).toEqual(
      [...placed(row(0, 1), white).data.subarray(0, 8)].map((value) => Math.min(255, Math.floor(value * 256))),
    );
  });
  it('leaves the picture alone where there is no evidence, and at an opacity of 0', () => {
    expect(overlay(white, row(0)).data).toEqual(white.data);
    expect(overlay(picture, row(1), { opacity: 0 }).data).toEqual(picture.data);
  });
  it('draws contours, of negative levels too', () => {
    const slope = row(-1, 1);
    const changed = (contourLevels: number[]): number[] => {
      const { data } = overlay(white, slope, { scale: 'diverging', opacity: 0, contours: contourLevels });
      return Array.from({ length: 8 }, (_, x) => x).filter((x) => data[4 * (32 + x)] !== 255);
    };
    expect(changed([])).toEqual([]);
    // White within black: the black is seen at both sides of the line between columns 3 and 4.
    expect(changed([0])).toEqual(expect.arrayContaining([2, 5]));
    expect(changed([-0.5]).every((x) => x < 5)).toBe(true);
  });
  it('refuses a raw map', () => {
    expect(() => overlay(white, row(-2, 5))).toThrow(/expected values from 0 to 1/);
  });
  it('keeps within 0..1 where a filter overshoots', () => {
    expect(() => overlay(white, row(0, 1, 0, 1, 1), { filter: 'lanczos3' })).not.toThrow();
  });
});

describe('layOver', () => {
  it('mixes by alpha, over transparent pixels too', () => {
    const below = { data: Uint8ClampedArray.of(200, 100, 0, 255, 200, 100, 0, 0), width: 2, height: 1 };
    const above = { data: Uint8ClampedArray.of(0, 100, 200, 51, 0, 100, 200, 51), width: 2, height: 1 };
    expect([...layOver(below, above).data]).toEqual([160, 100, 40, 255, 0, 100, 200, 51]);
  });
  it('refuses another size', () => {
    expect(() => layOver(picture, { data: new Uint8Array(4), width: 1, height: 1 })).toThrow(/1 x 1.*15 x 13/);
  });
});
