import type { Emitter } from '../emit/emitter.ts';
import type { Value } from '../emit/tape.ts';
import type { Context, InputGradient, Rule } from './rule.ts';

/** One axis of the picture. Values are float32 [1] or broadcast with the sampling points [N, 1, P]. */
interface Axis {
  readonly length: Value;
  /** Where padding begins. */
  readonly low: Value;
  readonly high: Value;
  /** Sampling points in cells, and how fast they move with the grid. */
  readonly at: Value;
  readonly slope: Value;
}

/** A cell that a point reads along one axis: its index, its weight, and how the weight changes along the axis. */
interface Tap {
  readonly cell: Value;
  readonly weight: Value;
  readonly change: Value;
}

const floor = (e: Emitter, a: Value): Value => e.node('Floor', [a]);

/** A triangle wave between low and high, and whether it runs up (1) or down (-1). */
function reflected(e: Emitter, at: Value, low: Value, high: Value): readonly [at: Value, direction: Value] {
  const range = e.sub(high, low);
  const period = e.times(range, 2);
  const from = e.sub(at, low);
  const distance = e.abs(from);
  const within = e.sub(distance, e.mul(floor(e, e.div(distance, period)), period));
  const back = e.sub(within, range);
  return [e.add(low, e.sub(range, e.abs(back))), e.neg(e.mul(e.sign(from), e.sign(back)))];
}

const clamped = (e: Emitter, at: Value, length: Value): Value =>
  e.node('Min', [e.node('Max', [at, e.scalar(0)]), e.plus(length, -1)]);

/** https://onnx.ai/onnx/operators/onnx__GridSample.html: the grid's -1 and 1 are the centres or the edges of the outer cells. */
function axisOf({ e, node, x: [x, grid] }: Context, axis: number): Axis {
  const count = e.rank(x) - 2;
  const length = e.cast(e.sizeOf(x, axis + 2), 1);
  const aligned = node.int('align_corners', 0) === 1;
  const points = e.reshape(grid, [0, -1, count]);
  const component = e.reshape(e.slice(points, [2], [count - 1 - axis], [count - axis]), [0, 1, -1]);
  const half = e.times(e.plus(length, -1), 0.5);
  const slope = aligned ? half : e.times(length, 0.5);
  const low = e.scalar(aligned ? 0 : -0.5);
  const high = e.plus(length, aligned ? -1 : -0.5);
  return { length, low, high, at: e.add(e.mul(component, slope), half), slope };
}

/** Points beyond the picture are brought back as the padding says; in cubic mode the cells that they read are, one by one. */
function padded({ e, node }: Context, axes: readonly Axis[]): readonly Axis[] {
  const padding = node.string('padding_mode', 'zeros');
  if (padding === 'zeros' || node.string('mode', 'linear').endsWith('cubic')) return axes;
  return axes.map((axis) => {
    const { at, low, high, length, slope } = axis;
    const [moved, speed] =
      padding === 'border'
        ? [clamped(e, at, length), e.indicator(e.and(e.above(at, 0), e.less(at, e.plus(length, -1))))]
        : reflected(e, at, low, high);
    return { ...axis, at: moved, slope: e.mul(slope, speed) };
  });
}

/** Keys' cubic with a = -0.75, for a distance below 1 or below 2: value and derivative. */
function cubic(e: Emitter, distance: Value, far: boolean): readonly [weight: Value, change: Value] {
  const a = -0.75;
  const [c3, c2, c1, c0] = far ? [a, -5 * a, 8 * a, -4 * a] : [a + 2, -(a + 3), 0, 1];
  const poly = (coefficients: readonly number[]): Value =>
    coefficients.slice(1).reduce((sum, c) => e.plus(e.mul(sum, distance), c), e.scalar(coefficients[0] as number));
  return [poly([c3, c2, c1, c0]), poly([3 * c3, 2 * c2, c1])];
}

function tapsOf({ e, node }: Context, { at }: Axis): readonly Tap[] {
  const mode = node.string('mode', 'linear');
  const one = e.ones(at);
  if (mode === 'nearest') return [{ cell: at, weight: one, change: e.zerosOf(at) }];
  const base = floor(e, at);
  const t = e.sub(at, base);
  if (mode.endsWith('linear')) {
    return [
      { cell: base, weight: e.from(1, t), change: e.neg(one) },
      { cell: e.plus(base, 1), weight: t, change: one },
    ];
  }
  return [-1, 0, 1, 2].map((offset) => {
    const [weight, change] = cubic(
      e,
      offset > 0 ? e.from(offset, t) : e.plus(t, -offset),
      offset === -1 || offset === 2,
    );
    return { cell: e.plus(base, offset), weight, change: offset > 0 ? e.neg(change) : change };
  });
}

/** Cells beyond the picture: none, the nearest, or the mirrored one. */
function read({ e, node }: Context, axis: Axis, tap: Tap): Tap {
  const { length, low, high } = axis;
  const padding = node.string('padding_mode', 'zeros');
  if (padding === 'reflection') {
    const inside = e.and(e.not(e.less(tap.cell, low)), e.not(e.greater(tap.cell, high)));
    const mirrored = floor(e, e.plus(reflected(e, tap.cell, low, high)[0], 0.5));
    return { ...tap, cell: clamped(e, e.select(inside, tap.cell, mirrored), length) };
  }
  const cell = clamped(e, tap.cell, length);
  if (padding === 'border') return { ...tap, cell };
  const valid = e.and(e.not(e.below(tap.cell, 0)), e.less(tap.cell, length));
  return { cell, weight: e.gate(valid, tap.weight), change: e.gate(valid, tap.change) };
}

/** A cell that a point reads: its flat index, its weight, and how that changes along each axis. */
interface Reading {
  readonly cell: Value;
  readonly weight: Value;
  readonly changes: readonly Value[];
}

function readingsOf(context: Context): { axes: readonly Axis[]; readings: readonly Reading[] } {
  const { e, node, x } = context;
  const plain = Array.from({ length: e.rank(x[0]) - 2 }, (_, axis) => axisOf(context, axis));
  const nearest = node.string('mode', 'linear') === 'nearest';
  const rounded = nearest ? plain.map((axis) => ({ ...axis, at: e.node('Round', [axis.at]) })) : plain;
  const axes = padded(context, rounded);
  const [first, ...rest] = axes.map((axis) => tapsOf(context, axis).map((tap) => read(context, axis, tap)));
  const start = (first ?? []).map(({ cell, weight, change }): Reading => ({ cell, weight, changes: [change] }));
  const readings = rest.reduce<readonly Reading[]>(
    (all, taps, index) =>
      all.flatMap((reading) =>
        taps.map((tap) => ({
          cell: e.add(e.mul(reading.cell, (axes[index + 1] as Axis).length), tap.cell),
          weight: e.mul(reading.weight, tap.weight),
          changes: [...reading.changes.map((change) => e.mul(change, tap.weight)), e.mul(reading.weight, tap.change)],
        })),
      ),
    start,
  );
  return { axes, readings };
}

/** Every reading of a point goes back to its cell, weighed. */
function ofPicture(context: Context): Value {
  const { e, g, x } = context;
  const flat = (a: Value): Value => e.reshape(a, [0, 0, -1]);
  const { readings } = readingsOf(context);
  const updates = e.concat(
    readings.map(({ weight }) => e.mul(flat(g), weight)),
    2,
  );
  const cells = e.cast(
    e.concat(
      readings.map(({ cell }) => cell),
      2,
    ),
    7,
  );
  const everywhere = e.node('Expand', [cells, e.shape(updates)]);
  const sums = e.node('ScatterElements', [e.zerosOf(flat(x[0])), everywhere, updates], { axis: 2, reduction: 'add' });
  return e.reshapeLike(sums, x[0]);
}

/** How the readings change as the points move. */
function ofGrid(context: Context): Value {
  const { e, g, x } = context;
  const flat = (a: Value): Value => e.reshape(a, [0, 0, -1]);
  const { axes, readings } = readingsOf(context);
  const likeness = readings.map(({ cell }) => {
    const everywhere = e.node('Expand', [e.cast(cell, 7), e.shape(flat(g))]);
    return e.sum(e.mul(flat(g), e.node('GatherElements', [flat(x[0]), everywhere], { axis: 2 })), [1]);
  });
  const components = axes.map(({ slope }, axis) => {
    const parts = readings.map(({ changes }, index) => e.mul(likeness[index] as Value, changes[axis] as Value));
    return e.mul(
      slope,
      parts.reduce((sum, part) => e.add(sum, part)),
    );
  });
  return e.reshapeLike(e.transpose(e.concat(components.toReversed(), 1), [0, 2, 1]), x[1]);
}

/** Sampling at given points, in pictures and volumes: https://onnx.ai/onnx/operators/onnx__GridSample.html */
export const gridSample: readonly Rule[] = [
  {
    op: 'GridSample',
    since: 16,
    vjp: (context): readonly InputGradient[] => [() => ofPicture(context), () => ofGrid(context)],
  },
];
