import { resizeMap } from '../map/resize-map.ts';
import type { ProbeMethod } from '../method.ts';
import type { Random } from '../random.ts';
import { sizeOf } from '../tensor.ts';

const MASKS = 1000;
/** Cells of a mask along each side, and how likely one lets the picture through. */
const CELLS = 7;
const VISIBLE = 0.5;

/** One random mask: its coins, and by how much it is shifted along each axis. */
interface Toss {
  readonly coins: Float32Array;
  readonly shifts: readonly number[];
}

const cellOf = (side: number): number => Math.ceil(side / CELLS);

function toss(space: readonly number[], random: Random): Toss {
  const coins = Float32Array.from({ length: CELLS ** space.length }, () => (random.uniform() < VISIBLE ? 1 : 0));
  // The last axis first: the order in which the stream was always drawn.
  const shifts = space.map(() => 0);
  for (let axis = space.length - 1; axis >= 0; axis--)
    shifts[axis] = Math.floor(random.uniform() * cellOf(space[axis] ?? 1));
  return { coins, shifts };
}

/** The coins enlarged to one cell more than the picture, and the picture's part of that. */
function maskOf({ coins, shifts }: Toss, space: readonly number[]): Float32Array {
  const large = resizeMap(
    { data: coins, dims: space.map(() => CELLS) },
    space.map((side) => (CELLS + 1) * cellOf(side)),
  );
  const width = space.at(-1) ?? 1;
  const mask = new Float32Array(sizeOf(space));
  for (let line = 0; line < mask.length; line += width) {
    let rest = line;
    let source = 0;
    let stride = 1;
    for (let axis = space.length - 1; axis >= 0; axis--) {
      const side = space[axis] ?? 1;
      source += stride * ((rest % side) + (shifts[axis] ?? 0));
      stride *= large.dims[axis] ?? 1;
      rest = Math.floor(rest / side);
    }
    mask.set(large.data.subarray(source, source + width), line);
  }
  return mask;
}

/**
 * RISE: the mean of random masks, each weighted by the score of the masked picture. Masks are coin tosses on a grid of 7 cells a side, enlarged
 * linearly to one cell more than the picture and shifted at random. Scores are taken relative to their mean, so that a constant added to the
 * score changes nothing, and each pixel's sum is divided by how much of it was seen. Signed, at the picture's resolution, of any number of
 * axes. Without a budget 1000 masks.
 */
export const rise: ProbeMethod = {
  kind: 'probe',
  name: 'rise',
  title: 'RISE',
  paper: 'Petsiuk et al. 2018 (arXiv 1806.07421)',
  cost: `1 forward, ${MASKS} forwards`,
  peers: 'xplique Rise',
  at: 'input',
  explain: async ({ activation: { space, positions }, random, budget, scoresOfPictures }) => {
    const masks = Math.min(MASKS, budget);
    // The coins are kept and not the masks, which are made twice: a thousand pictures would fill the memory.
    const tosses = Array.from({ length: masks }, () => toss(space, random));
    const scores = await scoresOfPictures(masks, (index, values) => {
      const mask = maskOf(tosses[index] as Toss, space);
      for (let from = 0; from < values.length; from += positions) {
        for (let i = 0; i < positions; i++) values[from + i] = (values[from + i] ?? 0) * (mask[i] ?? 0);
      }
    });
    const mean = scores.reduce((sum, score) => sum + score, 0) / masks;
    const map = new Float64Array(positions);
    const seen = new Float64Array(positions);
    for (const [index, score] of scores.entries()) {
      maskOf(tosses[index] as Toss, space).forEach((share, i) => {
        map[i] = (map[i] ?? 0) + share * (score - mean);
        seen[i] = (seen[i] ?? 0) + share;
      });
    }
    return { map: map.map((sum, i) => (seen[i] === 0 ? 0 : sum / (seen[i] ?? 1))) };
  },
};
