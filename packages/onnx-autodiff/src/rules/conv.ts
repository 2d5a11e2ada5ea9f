import type { Value } from '../emit/tape.ts';
import { type Context, type InputGradient, missing, type Rule } from './rule.ts';
import { gatherWindows, scatterWindows, type Window, windowOf } from './window.ts';

const FILTERS = 'the gradient of convolution filters has no rule yet; ask for inputs, activations or biases';

/** The sizes of the kernel, from the filters or from the attribute. */
function kernelOf({ e, node, x: [x, w] }: Context): readonly number[] {
  return node.ints('kernel_shape') ?? Array.from({ length: e.rank(x) - 2 }, (_, axis) => e.size(w, axis + 2));
}

/** The gradient of a bias per channel. */
function biasGradient({ e, g, y }: Context): Value {
  const axes = Array.from({ length: e.rank(y) }, (_, axis) => axis).filter((axis) => axis !== 1);
  return e.sum(g, axes, false);
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
  return [
    () => scatterWindows(e, windowOf(e, node, x[0], y, kernelOf(context)), g, x[1], x[0], node.int('group', 1)),
    missing(FILTERS),
    () => biasGradient(context),
  ];
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
      const { e, node, g, x } = context;
      return [
        () => {
          const window = transposedWindow(context, kernelOf(context));
          // output_padding may reach beyond what any window wrote: those cells depend on nothing
          const cut = window.ends.map((end) => Math.min(0, end));
          const zeros = cut.map(() => 0);
          const reached = cut.some((end) => end < 0) ? e.pad(g, [0, 0, ...zeros, 0, 0, ...cut]) : g;
          return gatherWindows(
            e,
            { ...window, ends: window.ends.map((end) => Math.max(0, end)) },
            reached,
            x[1],
            node.int('group', 1),
          );
        },
        missing(FILTERS),
        () => biasGradient(context),
      ];
    },
  },
];
