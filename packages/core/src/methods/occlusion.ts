import type { ProbeMethod } from '../method.ts';

/** A window is this share of the shorter side, and moves by half of itself. */
const SHARE = 1 / 6;

/** Where windows of `size` start along a side, so that they cover all of it. */
function starts(side: number, size: number): number[] {
  const step = Math.max(1, Math.floor(size / 2));
  const count = Math.max(1, Math.ceil((side - size) / step) + 1);
  return Array.from({ length: count }, (_, i) => Math.max(0, Math.min(i * step, side - size)));
}

/** The corner of each window, one start per axis. */
function corners(space: readonly number[], size: number): number[][] {
  return space.reduce<number[][]>(
    (all, side) => all.flatMap((corner) => starts(side, size).map((start) => [...corner, start])),
    [[]],
  );
}

/** The row-major index of the first cell of each line of a window. */
function lines(space: readonly number[], corner: readonly number[], size: number): number[] {
  return space.reduce<number[]>(
    (all, side, axis) => {
      const from = corner[axis] ?? 0;
      const cells =
        axis === space.length - 1 ? [from] : Array.from({ length: Math.min(size, side) }, (_, i) => from + i);
      return all.flatMap((index) => cells.map((cell) => index * side + cell));
    },
    [0],
  );
}

/**
 * Occlusion: how much the score falls when a window of the picture is set to zero (after preprocessing the mean colour), averaged over the
 * windows that cover a pixel. Signed, at the picture's resolution, of any number of axes; needs no gradient and no layer. With a budget the
 * windows grow until there are few enough.
 */
export const occlusion: ProbeMethod = {
  kind: 'probe',
  name: 'occlusion',
  title: 'Occlusion',
  paper: 'Zeiler and Fergus 2014, section 4.2 (arXiv 1311.2901)',
  cost: '1 forward, about 120 forwards',
  peers: 'captum Occlusion, xplique Occlusion, tf-explain OcclusionSensitivity',
  at: 'input',
  explain: async ({ activation: { channels, space, positions }, score, budget, scoresOfPictures }) => {
    const longest = Math.max(...space);
    let size = Math.max(1, Math.round(SHARE * Math.min(...space)));
    while (size < longest && corners(space, size).length > budget) size++;
    const windows = corners(space, size).map((corner) => lines(space, corner, size));
    const length = Math.min(size, space.at(-1) ?? 1);
    const scores = await scoresOfPictures(windows.length, (index, values) => {
      for (const from of windows[index] ?? []) {
        for (let k = 0; k < channels; k++) values.fill(0, k * positions + from, k * positions + from + length);
      }
    });
    const map = new Float64Array(positions);
    const covered = new Float64Array(positions);
    for (const [index, occluded] of scores.entries()) {
      for (const from of windows[index] ?? []) {
        for (let i = from; i < from + length; i++) {
          map[i] = (map[i] ?? 0) + score - occluded;
          covered[i] = (covered[i] ?? 0) + 1;
        }
      }
    }
    return { map: map.map((drop, i) => drop / (covered[i] ?? 1)) };
  },
};
