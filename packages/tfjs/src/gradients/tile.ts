import { reshape, sum, type TileAttrs, util } from '@tensorflow/tfjs-core';
import { type Given, type Rule, rule } from './rule.ts';

/** The sum over the copies, one axis after the other; tfjs slices copy by copy, and gives up from rank 5 on. */
export const tiling: Rule = rule({
  kernel: 'Tile',
  saves: ['x'],
  gradient: ({ dy, saved: { x }, attrs: { reps } }: Given<'x', TileAttrs>) => ({
    x: () =>
      x.shape.reduce((slope, _, axis) => {
        const copies = reps[axis] ?? 1;
        if (copies === 1) return slope;
        const outer = util.sizeFromShape(x.shape.slice(0, axis));
        const apart = reshape(slope, [outer, copies, slope.size / (outer * copies)]);
        return reshape(sum(apart, 1), [...x.shape.slice(0, axis + 1), ...slope.shape.slice(axis + 1)]);
      }, dy),
  }),
});
