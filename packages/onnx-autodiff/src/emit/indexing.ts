import { INT64 } from '../graph/types.ts';
import { Reduce } from './reduce.ts';
import { Refusal } from './refusal.ts';
import type { Value } from './tape.ts';

/** Most elements of a one-hot matrix, which stands in where the opset cannot add by index. */
const MOST_ONE_HOT = 2 ** 24;

/** `length` whole numbers from `from` on. */
const run = (from: number, length: number): number[] => Array.from({ length }, (_, i) => from + i);

/** Index tensors (int64), and the adjoints of reading by index. */
export class Indexing extends Reduce {
  /** An index tensor as int64, whatever it was. */
  index(a: Value): Value {
    return a.type === INT64 ? a : this.cast(a, INT64);
  }

  /** The size of one axis as int64 [1], a constant where it is known. */
  sizeOf(a: Value, axis: number): Value {
    const dim = a.dims?.[axis];
    return typeof dim === 'number' ? this.ints([dim]) : this.pick(this.shape(a), [axis]);
  }

  /** Entries of a vector. */
  pick(vector: Value, positions: readonly number[]): Value {
    return { ...this.node('Gather', [vector, this.ints(positions)], { axis: 0 }), type: vector.type };
  }

  /** Sizes of `a` as an int64 vector, with that of one axis replaced; -1 is for Reshape to find out. */
  shapeWith(a: Value, axis: number, size: Value | -1): Value {
    const rank = this.rank(a);
    const known = this.sizes(this.withDims(a, a.dims?.with(axis, 1)));
    if (size === -1 && known) return this.ints(known.with(axis, -1));
    const part = (from: number, to: number): readonly Value[] => {
      const dims = a.dims?.slice(from, to) ?? [];
      if (dims.length === 0) return [];
      const axes = dims.map((_, index) => from + index);
      return dims.every((dim) => typeof dim === 'number')
        ? [this.ints(dims as number[])]
        : [this.pick(this.shape(a), axes)];
    };
    return this.concat([...part(0, axis), size === -1 ? this.ints([-1]) : size, ...part(axis + 1, rank)], 0);
  }

  /**
   * 0, 1, ... count - 1 as int64 [1, count]. From opset 9 on the runtime makes it when it loads the model, which keeps
   * patches small; a count known at run time only needs that.
   */
  countingRow(count: number | Value): Value {
    if (typeof count === 'number' && (this.opset < 9 || count <= 32))
      return this.ints(
        Array.from({ length: count }, (_, index) => index),
        [1, count],
      );
    this.need(9, 'a count of a size that is known at run time only');
    const size = typeof count === 'number' ? this.ints([count]) : count;
    return { ...this.node('NonZero', [this.node('Expand', [this.scalar(1), size])]), type: INT64 };
  }

  /** The positions along one axis. int64 [1, D] */
  positionsAlong(a: Value, axis: number): Value {
    const dim = a.dims?.[axis];
    return this.countingRow(typeof dim === 'number' ? dim : this.sizeOf(a, axis));
  }

  /** The identity matrix of one axis. float32 [D, D] */
  identity(a: Value, axis: number): Value {
    const row = this.positionsAlong(a, axis);
    return this.indicator(this.node('Equal', [this.transpose(row, [1, 0]), row]));
  }

  /** Every element's own place in row-major order; int64, of the sizes of `a`. */
  positions(a: Value): Value {
    const sizes = this.sizes(a);
    const count = sizes ? sizes.reduce((x, y) => x * y, 1) : this.reshape(this.node('Size', [a]), [1]);
    const row = this.countingRow(count);
    return { ...this.reshape(row, sizes ?? this.shape(a)), dims: a.dims, type: INT64 };
  }

  /** Zeros of the given sizes. */
  zeros(shape: Value | readonly number[]): Value {
    const sizes = 'name' in shape ? shape : this.ints(shape);
    this.need(9, 'zeros of given sizes');
    return this.node('ConstantOfShape', [sizes]);
  }

  /** 1 where an index, counted from either end, names a cell of the axis: one more last axis of size D. */
  oneHot(indices: Value, a: Value, axis: number): Value {
    const cells = this.positionsAlong(a, axis);
    const column = this.unsqueeze(this.index(indices), [this.rank(indices)]);
    const fromEnd = this.sub(cells, this.sizeOf(a, axis));
    const hit = (row: Value): Value => this.node('Equal', [column, { ...this.reshape(row, [-1]), type: INT64 }]);
    return this.indicator(this.or(hit(cells), hit(fromEnd)));
  }

  /**
   * The adjoint of a linear map along one axis, given as its matrix [out, in]: `g` has `out` cells there, the result `in`,
   * which are as many as `like` has.
   */
  contract(matrix: Value, g: Value, axis: number, like: Value): Value {
    const rank = this.rank(g);
    const dims = g.dims?.with(axis, like.dims?.[axis] ?? null);
    if (axis === rank - 1) return this.withDims(this.node('MatMul', [g, matrix]), dims);
    const across = this.transpose(matrix, [1, 0]);
    if (axis === rank - 2) return this.withDims(this.node('MatMul', [across, g]), dims);
    // 0 copies a size: the axes behind are taken as one
    const flat = this.reshape(g, [...new Array<number>(axis + 1).fill(0), -1]);
    return this.withDims(this.reshape(this.node('MatMul', [across, flat]), this.shapeWith(g, axis, -1)), dims);
  }

  /** Adds every element of `g` to zeros of the sizes of `x`, at its flat position `at`. `distinct`: no position occurs twice. */
  addAt(at: Value, g: Value, x: Value, distinct = false): Value {
    const [flatAt, flatG] = [this.reshape(at, [-1]), this.reshape(g, [-1])];
    const sizes = this.sizes(x);
    const total = sizes?.reduce((a, b) => a * b, 1);
    if (this.opset >= 16 || (distinct && this.opset >= 9)) {
      const zeros = this.zeros(total === undefined ? this.reshape(this.node('Size', [x]), [1]) : [total]);
      return this.reshapeLike(this.scatter(zeros, flatAt, flatG, 0, distinct), x);
    }
    const count = this.sizes(g)?.reduce((a, b) => a * b, 1);
    if (total === undefined || count === undefined || total * count > MOST_ONE_HOT)
      throw new Refusal(
        `its gradient adds by index, which exists since opset 16; the model has opset ${this.opset} and ${x.name} is too large, or of unknown size, for another form. Export it at 16 or later`,
      );
    const flat: Value = { name: x.name, dims: [total] };
    const hot = this.oneHot({ ...flatAt, dims: [count] }, flat, 0);
    return this.reshapeLike(this.node('MatMul', [flatG, hot]), x);
  }

  /** Adds the elements of `g` to zeros of the sizes of `x` along one axis, at the cells that `indices`, of the sizes of `g`, name. */
  addAlong(indices: Value, g: Value, x: Value, axis: number, distinct = false): Value {
    if (this.opset >= 16 || (distinct && this.opset >= 9)) {
      return this.scatter(this.zeros(this.sizes(x) ?? this.shape(x)), indices, g, axis, distinct);
    }
    const rank = this.rank(x);
    const same = g.dims?.every((dim, other) => other === axis || (dim !== null && dim === x.dims?.[other]));
    if (!same) throw new Refusal('its gradient needs opset 16 where the indices cover a part of the other axes only');
    const last = (a: Value): Value => this.swapAxes(a, axis, rank);
    const hot = this.oneHot({ ...last(this.index(indices)), dims: x.dims, type: INT64 }, x, axis);
    const sums = this.node('MatMul', [this.unsqueeze(last(g), [rank - 1]), hot]);
    return last(this.squeeze(sums, [rank - 1]));
  }

  /** The cells of `g` along one axis that `indices`, of the sizes of `like`, name; before GatherElements came with opset 11 by a one-hot product. */
  readAlong(indices: Value, g: Value, like: Value, axis: number): Value {
    if (this.opset >= 11) return this.node('GatherElements', [g, indices], { axis });
    const rank = this.rank(like);
    const others = Array.from({ length: rank }, (_, i) => i).filter((i) => i !== axis);
    const ends = others.map((other) => this.size(like, other));
    const part =
      others.length === 0
        ? g
        : this.slice(
            g,
            others,
            others.map(() => 0),
            ends,
          );
    const last = (a: Value): Value => this.swapAxes(a, axis, rank);
    const hot = this.oneHot({ ...last(this.index(indices)), dims: like.dims, type: INT64 }, g, axis);
    return last(this.squeeze(this.node('MatMul', [hot, this.unsqueeze(last(part), [rank])]), [rank]));
  }

  /** One axis and the last exchanged. */
  swapAxes(a: Value, axis: number, rank: number): Value {
    if (axis === rank - 1) return a;
    const perm = Array.from({ length: rank }, (_, i) => (i === axis ? rank - 1 : i === rank - 1 ? axis : i));
    return this.transpose(a, perm);
  }

  /** Writes along one axis of `zeros`; adds, where a cell may be written twice. */
  scatter(zeros: Value, indices: Value, g: Value, axis: number, distinct: boolean): Value {
    const attributes = { axis, ...(distinct ? {} : { reduction: 'add' }) };
    return this.node(this.opset >= 11 ? 'ScatterElements' : 'Scatter', [zeros, indices, g], attributes);
  }

  /** Adds the slices of `g`, which has the axes of `indices` in place of `axis`, to zeros of the sizes of `x`. */
  addSlices(indices: Value, g: Value, x: Value, axis: number): Value {
    const rank = this.rank(x);
    const count = this.rank(indices);
    if (this.opset < 16) {
      const merged = count === 1 ? g : this.reshape(g, this.shapeWith(x, axis, -1));
      const hot = this.oneHot(this.withDims(this.reshape(indices, [-1]), [null]), x, axis);
      return this.contract(hot, this.withDims(merged, x.dims?.with(axis, null)), axis, x);
    }
    // ScatterND adds along the first axes
    const rows =
      axis === 0 ? g : this.transpose(g, [...run(axis, count), ...run(0, axis), ...run(axis + count, rank - axis - 1)]);
    const order = [axis, ...run(0, axis), ...run(axis + 1, rank - axis - 1)];
    const sizes = this.sizes(x);
    const shape = sizes ? order.map((i) => sizes[i] as number) : this.pick(this.shape(x), order);
    const negative = this.node('Less', [indices, this.ints([0], [])]);
    const fromFront = this.select(negative, this.add(indices, this.sizeOf(x, axis)), indices);
    const sums = this.#addTo(this.zeros(shape), this.unsqueeze(fromFront, [count]), rows);
    return axis === 0
      ? sums
      : this.transpose(
          sums,
          run(0, rank).map((i) => order.indexOf(i)),
        );
  }

  /** Adds what GatherND read, at the index tuples that it read with, to zeros of the sizes of `x`. */
  addTuples(indices: Value, g: Value, x: Value, batchDims: number): Value {
    if (this.opset >= 16 && batchDims === 0) return this.#addTo(this.zeros(this.sizes(x) ?? this.shape(x)), indices, g);
    const attributes = batchDims === 0 ? {} : { batch_dims: batchDims };
    return this.addAt(this.node('GatherND', [this.positions(x), indices], attributes), g, x);
  }

  #addTo(zeros: Value, indices: Value, g: Value): Value {
    return this.node('ScatterND', [zeros, indices, g], { reduction: 'add' });
  }
}
