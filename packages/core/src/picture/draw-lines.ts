import type { Contour } from '../map/contours.ts';
import { layOver } from './lay-over.ts';
import { checkPixels, type Pixels } from './pixels.ts';

export interface Stroke {
  /** In pixels. */
  readonly width: number;
  /** 8-bit red, green, blue and alpha. */
  readonly colour: readonly [number, number, number, number];
}

/** The pixels along one axis that a line between two points may cover. */
function touched(from: number, to: number, reach: number, limit: number): [number, number] {
  return [Math.max(0, Math.floor(Math.min(from, to) - reach)), Math.min(limit, Math.ceil(Math.max(from, to) + reach))];
}

/** Lines drawn over a picture, anti-aliased, with round ends. Points are in pixels: [0.5, 0.5] is the centre of the first one. */
export function drawLines(picture: Pixels, lines: readonly Contour[], { width: thick, colour }: Stroke): Pixels {
  checkPixels(picture);
  const { width, height } = picture;
  const [red, green, blue, alpha] = colour;
  const data = new Uint8ClampedArray(4 * width * height);
  const reach = thick / 2 + 0.5;
  const draw = ([ax, ay]: readonly [number, number], [bx, by]: readonly [number, number]): void => {
    const length = (bx - ax) ** 2 + (by - ay) ** 2;
    const [left, right] = touched(ax, bx, reach, width);
    const [top, bottom] = touched(ay, by, reach, height);
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        const [px, py] = [x + 0.5 - ax, y + 0.5 - ay];
        const along = (px * (bx - ax) + py * (by - ay)) / length;
        const t = length === 0 ? 0 : Math.min(1, Math.max(0, along));
        const covered = Math.min(1, reach - Math.hypot(px - t * (bx - ax), py - t * (by - ay)));
        const at = 4 * (y * width + x);
        if (covered * alpha > (data[at + 3] ?? 0)) data.set([red, green, blue, covered * alpha], at);
      }
    }
  };
  for (const line of lines) {
    for (const [i, point] of line.entries()) draw(line[i - 1] ?? point, point);
  }
  return layOver(picture, { data, width, height });
}
