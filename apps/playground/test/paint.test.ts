import { expect, test } from 'vitest';
import type { Look } from '../src/protocol.ts';
import { paint } from '../src/worker/paint.ts';

const look: Look = { scale: 'turbo', opacity: 1, contour: false, signed: false, smooth: false };
const grey = (width: number, height: number) => ({
  data: new Uint8ClampedArray(4 * width * height).map((_, i) => (i % 4 === 3 ? 255 : 128)),
  width,
  height,
});
const map = (...values: readonly number[]) => ({ data: Float32Array.from(values), dims: [2, 2] });
const whole = { width: 80, height: 40 };
/** What the model saw: the right half of the whole picture. */
const frame = { x: 40, y: 0, width: 40, height: 40 };

/** The pixels, as x and y, that are no longer grey. */
function changed({ data, width }: { data: ArrayLike<number>; width: number }): (readonly [number, number])[] {
  return Array.from({ length: data.length / 4 }, (_, i) => i)
    .filter((i) => [0, 1, 2].some((channel) => data[4 * i + channel] !== 128))
    .map((i) => [i % width, Math.floor(i / width)] as const);
}

test('a map lies where the model looked, at whatever size the picture is shown', () => {
  for (const by of [1, 0.5, 0.25]) {
    const found = changed(paint(grey(80 * by, 40 * by), whole, map(0, 0, 1, 0), frame, look));
    // the lower left cell of the frame
    expect(found.length).toBe(20 * by * 20 * by);
    for (const [x, y] of found) {
      expect(x).toBeGreaterThanOrEqual(40 * by);
      expect(x).toBeLessThan(60 * by);
      expect(y).toBeGreaterThanOrEqual(20 * by);
    }
  }
});

test('what speaks against shows only where it is asked for, in blue', () => {
  const against = map(0, -2, 0, 0);
  expect(changed(paint(grey(80, 40), whole, against, frame, look))).toEqual([]);
  const { data } = paint(grey(80, 40), whole, against, frame, { ...look, signed: true });
  const [red = 0, , blue = 0] = data.slice(4 * 70);
  expect(blue).toBeGreaterThan(red);
});

test('of a map that is not finite nothing is shown', () => {
  const picture = grey(80, 40);
  expect(paint(picture, whole, map(0, Number.NaN, 1, 0), frame, look)).toEqual(picture);
});
