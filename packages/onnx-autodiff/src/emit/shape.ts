import type { Dims } from '../graph/types.ts';
import { INT64 } from '../graph/types.ts';
import { Compare } from './compare.ts';
import { Refusal } from './refusal.ts';
import type { Value } from './tape.ts';

/** A slice's far end: beyond any size. */
const END = 2 ** 31 - 1;

/** What the caller can do where a size is known at run time only. */
const FIX = 'export the model with fixed sizes there, or pass `shapes` to `augment`';

/** Sizes, and operators that move values without changing them. */
export class Shape extends Compare {
  /** The number of axes. */
  rank(a: Value): number {
    if (a.dims) return a.dims.length;
    throw new Refusal(`its gradient needs the number of axes of ${a.name}, which the file does not declare; ${FIX}`);
  }

  /** `axis` counted from the front. */
  axis(a: Value, axis: number): number {
    return axis < 0 ? axis + this.rank(a) : axis;
  }

  /** All sizes where all are known. */
  sizes(a: Value): readonly number[] | undefined {
    return a.dims?.every((dim) => typeof dim === 'number') ? (a.dims as readonly number[]) : undefined;
  }

  /** One size, where the gradient cannot be written without it. */
  size(a: Value, axis: number): number {
    const dim = a.dims?.[axis];
    if (typeof dim === 'number') return dim;
    throw new Refusal(
      `its gradient needs the size of axis ${axis} of ${a.name}, which is not known before the model runs; ${FIX}`,
    );
  }

  /** Sizes as an int64 vector, at run time. */
  shape(a: Value): Value {
    return { ...this.node('Shape', [a]), type: INT64 };
  }

  reshape(a: Value, shape: Value | readonly number[]): Value {
    return this.node('Reshape', [a, 'name' in shape ? shape : this.ints(shape)]);
  }

  /** Sizes for a Reshape to the sizes of `like`: a constant where at most one is unknown, else read at run time. */
  reshapeLike(a: Value, like: Value): Value {
    const open = like.dims?.filter((dim) => typeof dim !== 'number').length ?? 2;
    if (like.dims && open <= 1 && !like.dims.includes(0)) {
      return this.reshape(
        a,
        like.dims.map((dim) => (typeof dim === 'number' ? dim : -1)),
      );
    }
    // a size of 0 means "copy" to Reshape unless allowzero (opset 14) says otherwise
    const attributes = this.opset >= 14 ? { allowzero: 1 } : {};
    return this.node('Reshape', [a, this.shape(like)], attributes);
  }

  /** `a` broadcast to the sizes of `like`. */
  expandLike(a: Value, like: Value): Value {
    const sizes = this.sizes(like);
    if (this.opset >= 8) return this.node('Expand', [a, sizes ? this.ints(sizes) : this.shape(like)]);
    return this.mul(a, this.ones(like));
  }

  transpose(a: Value, perm: readonly number[]): Value {
    return this.node('Transpose', [a], { perm });
  }

  concat(values: readonly Value[], axis: number): Value {
    return values.length === 1 ? (values[0] as Value) : this.node('Concat', values, { axis });
  }

  /** Step 1 along some axes; ends beyond the size are cut. */
  slice(a: Value, axes: readonly number[], starts: readonly number[], ends: readonly number[]): Value {
    const bounded = ends.map((end) => Math.min(end, END));
    if (this.opset < 10) return this.node('Slice', [a], { axes, starts, ends: bounded });
    return this.node('Slice', [a, this.ints(starts), this.ints(bounded), this.ints(axes)]);
  }

  /** Step 1 along one axis, between bounds that are known at run time: int64 [1]. */
  cut(a: Value, axis: number, start: Value, end: Value): Value {
    this.need(10, 'a Slice between bounds that are known at run time only');
    return this.node('Slice', [a, start, end, this.ints([axis])]);
  }

  /** Some axes the other way round. */
  reversed(a: Value, axes: readonly number[]): Value {
    this.need(10, 'Slice with steps');
    const back = this.ints(axes.map(() => -1));
    return this.node('Slice', [a, back, this.ints(axes.map(() => -END)), this.ints(axes), back]);
  }

  /** Zeros around (or what another mode says), or cut off where negative: `pads` are all begins, then all ends. */
  pad(a: Value, pads: readonly number[] | Value, mode = 'constant'): Value {
    const attributes = mode === 'constant' ? {} : { mode };
    if (this.opset >= 11) return this.node('Pad', [a, 'name' in pads ? pads : this.ints(pads)], attributes);
    if (!('name' in pads)) return this.node('Pad', [a], { ...attributes, pads });
    throw new Refusal(`its gradient needs pads that are known before the model runs (before opset 11); ${FIX}`);
  }

  squeeze(a: Value, axes: readonly number[]): Value {
    if (axes.length === 0) return a;
    return this.opset >= 13 ? this.node('Squeeze', [a, this.ints(axes)]) : this.node('Squeeze', [a], { axes });
  }

  unsqueeze(a: Value, axes: readonly number[]): Value {
    if (axes.length === 0) return a;
    return this.opset >= 13 ? this.node('Unsqueeze', [a, this.ints(axes)]) : this.node('Unsqueeze', [a], { axes });
  }

  /** A vector over `axis` of a tensor with `rank` axes: [C] becomes [C, 1, 1] for axis 1 of 4. */
  alongAxis(a: Value, axis: number, rank: number): Value {
    const after = rank - axis - 1;
    return after === 0 ? a : this.reshape(a, [-1, ...new Array<number>(after).fill(1)]);
  }

  /** What is known of the sizes, told to the value. */
  withDims(a: Value, dims: Dims | undefined): Value {
    return { ...a, dims };
  }
}
