import { GradcamError } from '../errors.ts';
import { heatmap } from '../map/heatmap.ts';
import { resize } from '../map/resize.ts';
import type { ProbeMethod } from '../method.ts';

const MASKS = 1000;
/** Cells of a mask along each side, and how likely one lets the picture through. */
const CELLS = 7;
const VISIBLE = 0.5;

/**
 * RISE: the mean of random masks, each weighted by the score of the masked picture. Masks are 7 x 7 coin tosses, enlarged bilinearly to one
 * cell more than the picture and shifted at random. Scores are taken relative to their mean, so that a constant added to the score
 * changes nothing, and each pixel's sum is divided by how much of it was seen. Signed, at the picture's resolution.
 */
export const rise: ProbeMethod = {
  kind: 'probe',
  name: 'rise',
  title: 'RISE',
  paper: 'Petsiuk et al. 2018 (arXiv 1806.07421)',
  cost: `1 forward, ${MASKS} forwards`,
  at: 'input',
  explain: async ({ activation: { space, positions }, random, scoresOfPictures }) => {
    const [height, width] = space;
    if (!height || !width || space.length > 2)
      throw new GradcamError('bad-input', `RISE expects a picture [C, H, W]; its space is [${space}]`);
    const [cellHeight, cellWidth] = [Math.ceil(height / CELLS), Math.ceil(width / CELLS)];
    // The coins are kept and not the masks, which are made twice: a thousand pictures would fill the memory.
    const tosses = Array.from({ length: MASKS }, () => ({
      coins: Float32Array.from({ length: CELLS * CELLS }, () => (random.uniform() < VISIBLE ? 1 : 0)),
      x: Math.floor(random.uniform() * cellWidth),
      y: Math.floor(random.uniform() * cellHeight),
    }));
    const maskOf = (index: number): Float32Array => {
      const { coins, x, y } = tosses[index] ?? { coins: new Float32Array(CELLS * CELLS), x: 0, y: 0 };
      const large = resize(heatmap(coins, CELLS, CELLS), (CELLS + 1) * cellWidth, (CELLS + 1) * cellHeight);
      return Float32Array.from(
        { length: positions },
        (_, i) => large.data[(y + Math.floor(i / width)) * large.width + x + (i % width)] ?? 0,
      );
    };
    const scores = await scoresOfPictures(MASKS, (index, values) => {
      const mask = maskOf(index);
      values.forEach((value, at) => {
        values[at] = value * (mask[at % positions] ?? 0);
      });
    });
    const mean = scores.reduce((sum, score) => sum + score, 0) / MASKS;
    const map = new Float64Array(positions);
    const seen = new Float64Array(positions);
    for (const [index, score] of scores.entries()) {
      maskOf(index).forEach((share, i) => {
        map[i] = (map[i] ?? 0) + share * (score - mean);
        seen[i] = (seen[i] ?? 0) + share;
      });
    }
    return { map: map.map((sum, i) => (seen[i] === 0 ? 0 : sum / (seen[i] ?? 1))) };
  },
};
