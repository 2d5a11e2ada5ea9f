import type { Emitter } from '../emit/emitter.ts';
import type { Attributes } from '../emit/node-proto.ts';
import type { Value } from '../emit/tape.ts';
import type { Node } from '../graph/node.ts';
import type { Dim } from '../graph/types.ts';

/** How a window walks over the space axes of a tensor, one entry per axis. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly begins: readonly number[];
  /** Padding that the last window reaches; it may be more (ceil_mode) or less than what the node declares. */
  readonly ends: readonly number[];
  /** Cells at the end that no window reaches; null where sizes are known at run time only. */
  readonly extras: readonly number[] | null;
  /** What `ends` less `extras` are, one int64 each, where ceil_mode leaves them to the run. */
  readonly rest?: Value;
}

type Pads = readonly [begins: readonly number[], ends: readonly number[]];

/** auto_pad as ONNX Conv defines it: the output has ceil(size / stride) cells. */
function samePads(
  e: Emitter,
  node: Node,
  x: Value,
  kernel: readonly number[],
  strides: readonly number[],
  dilations: readonly number[],
): Pads {
  const upper = node.string('auto_pad', 'NOTSET') === 'SAME_UPPER';
  const totals = kernel.map((size, axis) => {
    const stride = strides[axis] as number;
    const reach = (size - 1) * (dilations[axis] as number) + 1;
    if (stride === 1) return reach - 1;
    const cells = e.size(x, axis + 2);
    return Math.max(0, (Math.ceil(cells / stride) - 1) * stride + reach - cells);
  });
  const small = totals.map((total) => Math.floor(total / 2));
  const large = totals.map((total) => Math.ceil(total / 2));
  return upper ? [small, large] : [large, small];
}

/** How far the last windows reach beyond the end; negative where cells are left over. int64, one per space axis */
function restOf(e: Emitter, { kernel, strides, dilations, begins }: Omit<Window, 'extras'>, x: Value, y: Value): Value {
  const space = (a: Value): Value => e.slice(e.shape(a), [0], [2], [2 + kernel.length]);
  const reach = kernel.map((size, axis) => (size - 1) * (dilations[axis] as number) + 1);
  const first = reach.map((size, axis) => size - (strides[axis] as number) - (begins[axis] as number));
  return e.sub(e.add(e.mul(space(y), e.ints(strides)), e.ints(first)), space(x));
}

/** Reads strides, dilations and padding of a Conv or pool node over `x` with output `y`. */
export function windowOf(e: Emitter, node: Node, x: Value, y: Value, kernel: readonly number[]): Window {
  const ones = kernel.map(() => 1);
  const strides = node.ints('strides') ?? ones;
  const dilations = node.ints('dilations') ?? ones;
  const auto = node.string('auto_pad', 'NOTSET');
  const declared = node.ints('pads') ?? kernel.flatMap(() => [0, 0]);
  const rank = kernel.length;
  const [begins, ends]: Pads = auto.startsWith('SAME')
    ? samePads(e, node, x, kernel, strides, dilations)
    : auto === 'VALID'
      ? [kernel.map(() => 0), kernel.map(() => 0)]
      : [declared.slice(0, rank), declared.slice(rank)];
  const left = kernel.map((size, axis) => {
    const cells: Dim | undefined = x.dims?.[axis + 2];
    const windows: Dim | undefined = y.dims?.[axis + 2];
    const reach = (size - 1) * (dilations[axis] as number) + 1;
    if (typeof cells === 'number' && typeof windows === 'number') {
      return cells + (begins[axis] as number) - ((windows - 1) * (strides[axis] as number) + reach);
    }
    return strides[axis] === 1 && !node.int('ceil_mode', 0) ? -(ends[axis] as number) : undefined;
  });
  if (left.some((cells) => cells === undefined)) {
    const window = { kernel, strides, dilations, begins, ends, extras: null };
    return node.int('ceil_mode', 0) ? { ...window, rest: restOf(e, window, x, y) } : window;
  }
  return {
    kernel,
    strides,
    dilations,
    begins,
    ends: left.map((cells) => Math.max(0, -(cells as number))),
    extras: left.map((cells) => Math.max(0, cells as number)),
  };
}

const grouped = (group: number): Attributes => (group === 1 ? {} : { group });

function attributesOf(window: Window, group = 1): Attributes {
  const { kernel, strides, dilations } = window;
  return { kernel_shape: kernel, strides, dilations, ...grouped(group) };
}

/**
 * From cells to windows: a convolution. onnxruntime-web 1.30 (webgpu) computes wrongly, without a word, what has 6, 9, 15, 18, ... channels in and a
 * multiple of 4 out; channels of zeros round the first up. https://github.com/microsoft/onnxruntime/issues/29651
 */
export function gatherWindows(e: Emitter, window: Window, cells: Value, weight: Value, group = 1): Value {
  const { begins, ends, rest } = window;
  if (rest) {
    const none = begins.map(() => 0);
    const padded = e.pad(cells, e.concat([e.ints([0, 0, ...begins, 0, 0]), rest], 0));
    const { rest: _, ...closed } = { ...window, begins: none, ends: none };
    return gatherWindows(e, closed, padded, weight, group);
  }
  const attributes = { ...attributesOf(window, group), pads: [...begins, ...ends] };
  const [outs, ins] = weight.dims ?? [];
  const wrong =
    group === 1 && typeof ins === 'number' && ins > 3 && ins % 3 === 0 && ins % 4 > 0 && Number(outs) % 4 === 0;
  if (!wrong) return e.conv(cells, weight, attributes);
  const rank = e.rank(cells);
  const zeros = Array.from({ length: 2 * rank }, (_, i) => (i === rank + 1 ? 4 - (ins % 4) : 0));
  return e.conv(e.pad(cells, zeros), e.pad(weight, zeros), attributes);
}

/**
 * A transposed convolution. onnxruntime-web 1.30 (webgpu) computes wrongly, without a word, groups of an even number of channels that give one
 * channel: there each channel is a group, and the groups are summed afterwards.
 */
function transposed(e: Emitter, windows: Value, weight: Value, group: number, attributes: Attributes): Value {
  const [ins, outs] = weight.dims ?? [];
  const several = Number(ins) / group;
  if (group === 1 || outs !== 1 || several % 2 !== 0)
    return e.convTranspose(windows, weight, { ...attributes, ...grouped(group) });
  const each = e.convTranspose(windows, weight, { ...attributes, ...grouped(Number(ins)) });
  const space = Array.from({ length: e.rank(windows) - 2 }, (_, axis) => e.sizeOf(each, axis + 2));
  const split = e.reshape(each, e.concat([e.ints([0, group, several]), ...space], 0));
  return e.sum(split, [2], false);
}

/**
 * The same padding on both sides of a transposed convolution, and what is to be cut off afterwards: the JSEP build of onnxruntime-web
 * shifts the result by half the difference of the two sides, without a word. Output padding must be less than stride or dilation.
 */
function evenPads(
  { strides, dilations, begins, ends }: Window,
  extras: readonly number[],
): {
  readonly pads: readonly number[];
  readonly grown: readonly number[];
  readonly cut: readonly number[];
} {
  const most = strides.map((stride, axis) => Math.max(stride, dilations[axis] as number) - 1);
  const wanted = begins.map((begin, axis) => (extras[axis] as number) + begin - (ends[axis] as number));
  const over = wanted.map((size, axis) => Math.max(0, size - (most[axis] as number)));
  const pads = begins.map((begin, axis) => begin - (over[axis] as number));
  return {
    pads: [...pads, ...pads],
    grown: wanted.map((size, axis) => Math.max(0, size - (over[axis] as number))),
    cut: [...over, ...wanted.map((size) => Math.max(0, -size))],
  };
}

/** From windows back to cells, the adjoint of `gatherWindows` with the same weight; `like` has the sizes of the result. */
export function scatterWindows(
  e: Emitter,
  window: Window,
  windows: Value,
  weight: Value,
  like: Value,
  group = 1,
): Value {
  const { extras, begins } = window;
  if (extras) {
    const { pads, grown, cut } = evenPads(window, extras);
    const padding = grown.some((cells) => cells > 0) ? { pads, output_padding: grown } : { pads };
    const cells = transposed(e, windows, weight, group, { ...attributesOf(window), ...padding });
    const rank = begins.length;
    const crop = [0, 0, ...cut.slice(0, rank), 0, 0, ...cut.slice(rank)].map((size) => (size === 0 ? 0 : -size));
    return crop.some((size) => size < 0) ? e.pad(cells, crop) : cells;
  }
  const all = transposed(e, windows, weight, group, attributesOf(window));
  const cut = [0, 0, ...begins].map((begin) => (begin === 0 ? 0 : -begin));
  const rest = e.add(e.sub(e.shape(like), e.shape(all)), e.ints([0, 0, ...begins]));
  return e.pad(all, e.concat([e.ints(cut), rest], 0));
}

export const product = (values: readonly number[]): number => values.reduce((a, b) => a * b, 1);

/** [N, C, ...space] as [N * C, 1, ...space]: pooling treats channels alike, so one filter serves all. */
export function foldChannels(e: Emitter, a: Value): Value {
  const space = a.dims?.slice(2);
  if (space?.every((dim) => typeof dim === 'number')) return e.reshape(a, [-1, 1, ...(space as number[])]);
  const rank = e.rank(a);
  const sizes = e.slice(e.shape(a), [0], [2], [rank]);
  return e.reshape(a, e.concat([e.ints([-1, 1]), sizes], 0));
}

/** One filter per cell of the window that picks this cell. [K, 1, ...kernel] */
export function pickers(e: Emitter, kernel: readonly number[]): Value {
  const count = product(kernel);
  const identity = Array.from({ length: count * count }, (_, i) => (i % (count + 1) === 0 ? 1 : 0));
  return e.floats(identity, [count, 1, ...kernel]);
}
