import { GradcamError } from '../errors.ts';
import type { ProbeMethod } from '../method.ts';

/** A window is this share of the shorter side, and moves by half of itself. */
const SHARE = 1 / 6;

/** Where windows of `size` start along a side, so that they cover all of it. */
function starts(side: number, size: number): number[] {
  const step = Math.max(1, Math.floor(size / 2));
  const count = Math.ceil((side - size) / step) + 1;
  return Array.from({ length: count }, (_, i) => Math.min(i * step, side - size));
}

/**
 * Occlusion: how much the score falls when a window of the picture is set to zero (after preprocessing the mean colour), averaged over the
 * windows that cover a pixel. Signed, at the picture's resolution; needs no gradient and no layer.
 */
export const occlusion: ProbeMethod = {
  kind: 'probe',
  name: 'occlusion',
  title: 'Occlusion',
  paper: 'Zeiler and Fergus 2014, section 4.2 (arXiv 1311.2901)',
  cost: '1 forward, about 120 forwards',
  at: 'input',
  explain: async ({ activation: { channels, space, positions }, score, scoresOfPictures }) => {
    const [height, width] = space;
    if (!height || !width || space.length > 2)
      throw new GradcamError('bad-input', `Occlusion expects a picture [C, H, W]; its space is [${space}]`);
    const size = Math.max(1, Math.round(SHARE * Math.min(height, width)));
    const windows = starts(height, size).flatMap((y) => starts(width, size).map((x) => ({ x, y })));
    const rows = (index: number, visit: (from: number) => void): void => {
      const { x, y } = windows[index] ?? { x: 0, y: 0 };
      for (let row = y; row < y + size; row++) visit(row * width + x);
    };
    const scores = await scoresOfPictures(windows.length, (index, values) =>
      rows(index, (from) => {
        for (let k = 0; k < channels; k++) values.fill(0, k * positions + from, k * positions + from + size);
      }),
    );
    const map = new Float64Array(positions);
    const covered = new Float64Array(positions);
    for (const [index, occluded] of scores.entries()) {
      rows(index, (from) => {
        for (let i = from; i < from + size; i++) {
          map[i] = (map[i] ?? 0) + score - occluded;
          covered[i] = (covered[i] ?? 0) + 1;
        }
      });
    }
    return { map: map.map((drop, i) => drop / (covered[i] ?? 1)) };
  },
};
