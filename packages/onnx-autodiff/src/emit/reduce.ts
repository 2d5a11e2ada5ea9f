import { type Dim, FLOAT } from '../graph/types.ts';
import { Refusal } from './refusal.ts';
import { Shape } from './shape.ts';
import type { Value } from './tape.ts';

/** Most values of a constant that saves an Expand. */
const SMALL = 256;

/** Axes of a reduction: numbers, or an int64 vector at run time; that an empty vector means none, not all, is for `noop` to say. */
export type Axes = readonly number[] | { readonly vector: Value; readonly noop: boolean };

/** Sums over axes, and the adjoint of broadcasting. */
export class Reduce extends Shape {
  #reduce(op: string, axesAsInputSince: number, a: Value, axes: Axes, keepdims: boolean): Value {
    const keep = { keepdims: keepdims ? 1 : 0 };
    if ('vector' in axes) {
      this.need(axesAsInputSince, `${op} over axes that are known at run time only`);
      return this.node(op, [a, axes.vector], { ...keep, ...(axes.noop ? { noop_with_empty_axes: 1 } : {}) });
    }
    if (axes.length === 0) return a;
    return this.opset >= axesAsInputSince
      ? this.node(op, [a, this.ints(axes)], keep)
      : this.node(op, [a], { axes, ...keep });
  }

  sum(a: Value, axes: Axes, keepdims = true): Value {
    return this.#reduce('ReduceSum', 13, a, axes, keepdims);
  }

  /** The sum of all elements, a scalar. */
  total(a: Value): Value {
    return this.node('ReduceSum', [a], { keepdims: 0 });
  }

  mean(a: Value, axes: Axes, keepdims = true): Value {
    return this.#reduce('ReduceMean', 18, a, axes, keepdims);
  }

  max(a: Value, axes: Axes, keepdims = true): Value {
    return this.#reduce('ReduceMax', 18, a, axes, keepdims);
  }

  prod(a: Value, axes: Axes, keepdims = true): Value {
    return this.#reduce('ReduceProd', 18, a, axes, keepdims);
  }

  /** `g`, of size 1 along `axes`, for every element of `x` that was summed there; divided by their number for a mean. */
  spread(g: Value, x: Value, axes: Axes, mean: boolean): Value {
    if ('vector' in axes) return this.expandLike(mean ? this.div(g, this.#ratio(x, g)) : g, x);
    const sizes = axes.map((axis) => x.dims?.[axis]);
    const known = sizes.every((size): size is number => typeof size === 'number')
      ? sizes.reduce((a, b) => a * b, 1)
      : undefined;
    const others = x.dims?.every((dim, axis) => axes.includes(axis) || dim !== undefined);
    // a product with ones is quicker than Expand, and small enough to be a constant
    if (known !== undefined && known <= SMALL && others) {
      const dims = x.dims?.map((dim, axis) => (axes.includes(axis) ? (dim as number) : 1)) ?? [];
      return this.mul(g, this.floats(new Array<number>(known).fill(mean ? 1 / known : 1), dims));
    }
    if (!mean) return this.expandLike(g, x);
    if (known !== undefined) return this.expandLike(this.times(g, 1 / known), x);
    return this.expandLike(this.div(g, this.#ratio(x, g)), x);
  }

  /** How many elements of `x` there are for each of `y`, at run time; a float32 scalar. */
  #ratio(x: Value, y: Value): Value {
    return this.div(this.cast(this.node('Size', [x]), FLOAT), this.cast(this.node('Size', [y]), FLOAT));
  }

  /** `g`, of size 1 along `axes`, shared out equally among the elements marked by 1 there. */
  shared(g: Value, marks: Value, axes: Axes): Value {
    return this.mul(marks, this.div(g, this.sum(marks, axes)));
  }

  /**
   * The gradient of an operand that was broadcast: `g` has the sizes of `from`, the result those of `to`.
   * Sizes that are not known are compared at run time, which needs opset 13.
   */
  unbroadcast(g: Value, from: Value, to: Value): Value {
    if (!to.dims) {
      throw new Refusal(
        `its gradient needs the number of axes of ${to.name}, which the file does not declare; pass \`shapes\``,
      );
    }
    const rank = this.rank(from);
    const extra = rank - to.dims.length;
    const outer = Array.from({ length: extra }, (_, axis) => axis);
    const summed: number[] = [];
    let unsure = false;
    to.dims.forEach((dim, axis) => {
      const other = from.dims?.[axis + extra] as Dim;
      if (dim === 1 && other !== 1) summed.push(axis + extra);
      else if (typeof dim !== 'number' && (dim === null || dim !== other)) unsure = true;
    });
    if (unsure) return this.#unbroadcastAtRunTime(g, to, outer);
    const reduced = this.sum(g, [...outer, ...summed], true);
    return this.withDims(extra > 0 ? this.squeeze(reduced, outer) : reduced, to.dims);
  }

  #unbroadcastAtRunTime(g: Value, to: Value, outer: readonly number[]): Value {
    this.need(13, `the sizes of ${to.name} (pass \`shapes\`), or ReduceSum over axes`);
    const inner = this.squeeze(this.sum(g, outer), outer);
    const axes = this.node('NonZero', [this.node('Equal', [this.shape(to), this.ints([1])])]);
    return this.node('ReduceSum', [inner, this.reshape(axes, [-1])], { keepdims: 1, noop_with_empty_axes: 1 });
  }
}
