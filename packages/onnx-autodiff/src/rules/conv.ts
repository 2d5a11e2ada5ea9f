import type { Emitter } from '../emit/emitter.ts';
import type { Value } from '../emit/tape.ts';
import type { Context, InputGradient, Rule } from './rule.ts';
import { gatherWindows, scatterWindows, type Window, windowOf } from './window.ts';

/** The sizes of the kernel, from the filters or from the attribute. */
function kernelOf({ e, node, x: [x, w] }: Context): readonly number[] {
  return node.ints('kernel_shape') ?? Array.from({ length: e.rank(x) - 2 }, (_, axis) => e.size(w, axis + 2));
}

/** The gradient of a bias per channel. */
function biasGradient({ e, g, y }: Context): Value {
  const axes = Array.from({ length: e.rank(y) }, (_, axis) => axis).filter((axis) => axis !== 1);
  return e.sum(g, axes, false);
}

/** [N, G * C, ...space] as [C, G * N, ...space]: the batch becomes what is summed over. */
function turned(e: Emitter, a: Value, group: number): Value {
  const rank = e.rank(a);
  const space = Array.from({ length: rank - 2 }, (_, axis) => axis + 2);
  if (group === 1) return e.transpose(a, [1, 0, ...space]);
  const channels = e.size(a, 1) / group;
  const sizes = space.map((axis) => e.sizeOf(a, axis));
  const split = e.reshape(a, e.concat([e.ints([0, group, channels]), ...sizes], 0));
  const across = e.transpose(split, [2, 1, 0, ...space.map((axis) => axis + 1)]);
  return e.reshape(across, e.concat([e.ints([channels, -1]), ...sizes], 0));
}

/** The correlation of cells with what came back for their windows: a convolution in which strides and dilations change places. */
function filterGradient(e: Emitter, window: Window, cells: Value, windows: Value, group: number): Value {
  const { kernel, strides, dilations, begins, ends } = window;
  const space = kernel.map((_, axis) => axis + 2);
  const sizes = e.sizes({ name: '', dims: windows.dims?.slice(2) });
  const all = e.conv(turned(e, cells, group), turned(e, windows, 1), {
    ...(sizes ? { kernel_shape: sizes } : {}),
    strides: dilations,
    dilations: strides,
    pads: [...begins, ...ends],
    ...(group === 1 ? {} : { group }),
  });
  const filters = e.transpose(all, [1, 0, ...space]);
  if (window.extras?.every((cell) => cell === 0)) return filters;
  return e.slice(
    filters,
    space,
    space.map(() => 0),
    kernel,
  );
}

/** Padding of a ConvTranspose, where it is not said but follows from the output's size. */
function transposedWindow({ e, node, x: [x], y }: Context, kernel: readonly number[]): Window {
  const ones = kernel.map(() => 1);
  const strides = node.ints('strides') ?? ones;
  const dilations = node.ints('dilations') ?? ones;
  const auto = node.string('auto_pad', 'NOTSET');
  const rank = kernel.length;
  const grown = node.ints('output_padding') ?? kernel.map(() => 0);
  const declared = node.ints('pads') ?? kernel.flatMap(() => [0, 0]);
  const derived = auto.startsWith('SAME') || node.has('output_shape');
  const begins: number[] = [];
  const ends: number[] = [];
  kernel.forEach((size, axis) => {
    const reach = (size - 1) * (dilations[axis] as number) + 1;
    const extra = grown[axis] as number;
    if (!derived) {
      begins.push(auto === 'VALID' ? 0 : (declared[axis] as number));
      ends.push((auto === 'VALID' ? 0 : (declared[rank + axis] as number)) - extra);
      return;
    }
    const full = (e.size(x, axis + 2) - 1) * (strides[axis] as number) + reach;
    const total = Math.max(0, full + extra - e.size(y, axis + 2));
    const begin = auto === 'SAME_UPPER' ? Math.floor(total / 2) : Math.ceil(total / 2);
    begins.push(begin);
    ends.push(full - begin - e.size(y, axis + 2));
  });
  return { kernel, strides, dilations, begins, ends, extras: null };
}

/** What Conv gives, and operators that do more behind it. */
export function convGradients(context: Context): readonly InputGradient[] {
  const { e, node, g, x, y } = context;
  const group = node.int('group', 1);
  const window = (): Window => windowOf(e, node, x[0], y, kernelOf(context));
  return [
    () => scatterWindows(e, window(), g, x[1], x[0], group),
    () => filterGradient(e, window(), x[0], e.withDims(g, y.dims), group),
    () => biasGradient(context),
  ];
}

/** The gradient without the cells at the end that output_padding added: no window wrote there, they depend on nothing. */
function reached(context: Context): Value {
  const { e, g, y } = context;
  const cut = transposedWindow(context, kernelOf(context)).ends.map((end) => Math.min(0, end));
  const zeros = cut.map(() => 0);
  const cropped = cut.some((end) => end < 0) ? e.pad(g, [0, 0, ...zeros, 0, 0, ...cut]) : g;
  const space = cut.map((end, axis) => {
    const dim = y.dims?.[axis + 2];
    return typeof dim === 'number' ? dim + end : null;
  });
  return e.withDims(cropped, y.dims && [...y.dims.slice(0, 2), ...space]);
}

/**
 * Convolutions: https://onnx.ai/onnx/operators/onnx__Conv.html, onnx__ConvTranspose.html.
 * Each is the other's adjoint with the same filters, whose layouts agree, groups included.
 */
export const conv: readonly Rule[] = [
  { op: 'Conv', vjp: convGradients },
  {
    op: 'ConvTranspose',
    vjp: (context) => {
      const { e, node, x } = context;
      const group = node.int('group', 1);
      const window = (): Window => {
        const { ends, ...rest } = transposedWindow(context, kernelOf(context));
        return { ...rest, ends: ends.map((end) => Math.max(0, end)) };
      };
      return [
        () => gatherWindows(e, window(), reached(context), x[1], group),
        () => filterGradient(e, window(), reached(context), x[0], group),
        () => biasGradient(context),
      ];
    },
  },
];
