import { expect, it } from 'vitest';
import { conceptColour, paintConcepts, tensor } from '../src/index.ts';

const black = { data: new Uint8ClampedArray(4 * 4).map((_, i) => (i % 4 === 3 ? 255 : 0)), width: 4, height: 1 };
const concept = (...values: readonly number[]) => ({ maps: [tensor(Float32Array.from(values), [1, values.length])] });
const pixel = (data: ArrayLike<number>, i: number): number[] => [0, 1, 2].map((c) => data[4 * i + c] ?? NaN);

it('paints the strongest concept, as strong as it is at that place of its own peak', () => {
  const { data } = paintConcepts(black, [concept(4, 0, 0, 2), concept(0, 0, 0.5, 0.1)], { opacity: 1 });
  expect(pixel(data, 0)).toEqual([...conceptColour(0)]);
  expect(pixel(data, 1)).toEqual([0, 0, 0]);
  expect(pixel(data, 2)).toEqual([...conceptColour(1)]);
  expect(pixel(data, 3)).toEqual(conceptColour(0).map((level) => expect.closeTo(level / 2, -0.5) as number));
});

it('shows another sample, leaves out what the model did not see, and refuses what there is not', () => {
  const two = { maps: [...concept(1, 1).maps, ...concept(0, 1).maps] };
  const { data } = paintConcepts(black, [two], { sample: 1, opacity: 1, frame: { x: 0, y: 0, width: 2, height: 1 } });
  expect([0, 1, 2, 3].map((i) => pixel(data, i)[0])).toEqual([0, conceptColour(0)[0], 0, 0]);
  expect(() => paintConcepts(black, [two], { sample: 2 })).toThrow(/no sample 2; the concepts have 2/);
  expect(() => paintConcepts(black, [two], { opacity: 2 })).toThrow(/from 0 to 1/);
});

it('has seven colours that differ', () => {
  expect(new Set(Array.from({ length: 8 }, (_, i) => conceptColour(i).join())).size).toBe(7);
});
