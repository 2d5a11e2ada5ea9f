import { type MirrorPadAttrs, type Tensor, tensor2d } from '@tensorflow/tfjs-core';
import { transposeAlong } from './along.ts';
import { type Given, type Rule, rule } from './rule.ts';

/** Reflected padding of one axis as a matrix [output, input] of zeros and ones. */
function reflection(length: number, [before, after]: readonly [number, number], repeatsEdge: boolean): Tensor {
  const shift = repeatsEdge ? 1 : 0;
  const rows = Array.from({ length: before + length + after }, (_, i) => {
    const at = i - before;
    const source = at < 0 ? -at - shift : at >= length ? 2 * (length - 1) - at + shift : at;
    return Float32Array.from({ length }, (_value, j) => (j === source ? 1 : 0));
  });
  return tensor2d(rows as never);
}

/** tfjs cuts the margin off; it has to be added to the cells it reflects. */
export const mirrorPad: Rule = rule({
  kernel: 'MirrorPad',
  saves: ['x'],
  gradient: ({ dy, saved: { x }, attrs: { paddings, mode } }: Given<'x', MirrorPadAttrs>) => ({
    x: () =>
      paddings.reduce((cotangent, margins, axis) => {
        if (margins.every((margin) => margin === 0)) return cotangent;
        return transposeAlong(reflection(x.shape[axis] ?? 0, margins, mode === 'symmetric'), cotangent, axis);
      }, dy),
  }),
});
