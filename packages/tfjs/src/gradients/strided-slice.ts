import { reshape, reverse, type StridedSliceAttrs, slice_util } from '@tensorflow/tfjs-core';
import { type Given, type Rule, rule } from './rule.ts';
import { spread } from './spread.ts';

/** x[begin:end:strides] with TensorFlow's masks: dy goes back to the cells it was taken from. */
export const stridedSlice: Rule = rule({
  kernel: 'StridedSlice',
  saves: ['x'],
  gradient: ({ dy, saved: { x }, attrs }: Given<'x', StridedSliceAttrs>) => ({
    x: () => {
      const { beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attrs;
      const info = slice_util.sliceInfo(
        x.shape,
        attrs.begin,
        attrs.end,
        attrs.strides,
        beginMask,
        endMask,
        ellipsisMask,
        newAxisMask,
        shrinkAxisMask,
      );
      const taken = reshape(dy, slice_util.computeOutShape(info.begin, info.end, info.strides));
      return x.shape.reduce((cotangent, length, axis) => {
        const begin = info.begin[axis] ?? 0;
        const stride = info.strides[axis] ?? 1;
        if (stride > 0) return spread(cotangent, axis, stride, begin, length);
        const last = begin + ((taken.shape[axis] ?? 0) - 1) * stride;
        return spread(reverse(cotangent, axis), axis, -stride, last, length);
      }, taken);
    },
  }),
});
