import type { Emitter } from '../emit/emitter.ts';
import type { Value } from '../emit/tape.ts';
import type { Context, Rule } from './rule.ts';
import { foldChannels, gatherWindows, pickers, product, scatterWindows, type Window, windowOf } from './window.ts';

/** The window of a pool, on folded channels. */
function poolWindow({ e, node, x, y }: Context): Window {
  return windowOf(
    e,
    node,
    x[0],
    y,
    node.ints('kernel_shape') ?? e.refuse('it has no kernel_shape; the file is damaged'),
  );
}

/**
 * Max pooling without indices, which the WebGPU builds lack: unfold the windows by a convolution, find the first valid cell
 * that equals the maximum (PyTorch's choice among ties), fold the gradient back. Padding is marked, so that it never ties.
 */
function maxPool(context: Context): Value {
  const { e, g, y } = context;
  const [x] = context.x;
  const window = poolWindow(context);
  const pick = pickers(e, window.kernel);
  const count = product(window.kernel);
  const space = window.kernel.map(() => 1);
  // a picker multiplies all other cells by zero; exporters pad with minus infinity
  const cells = e.bounded(foldChannels(e, x));
  const unfolded = gatherWindows(e, window, cells, pick);
  const one = e.ones(e.slice(cells, [0], [0], [1]));
  const valid = e.above(gatherWindows(e, window, one, pick), 0.5);
  const maximal = e.and(e.atLeast(unfolded, foldChannels(e, y)), valid);
  const rank = e.floats(
    Array.from({ length: count }, (_, i) => count - i),
    [1, count, ...space],
  );
  const order = e.mul(e.indicator(maximal), rank);
  const first = e.atLeast(order, e.max(order, [1]));
  const back = scatterWindows(e, window, e.gate(first, foldChannels(e, { ...g, dims: y.dims })), pick, cells);
  return e.reshapeLike(back, x);
}

/** How many cells each window of an axis counts: those inside, with the declared padding where it is included. */
function cellCounts({ node }: Context, window: Window, axis: number, cells: number, windows: number): number[] {
  const includes = node.int('count_include_pad', 0) === 1;
  const pads = node.ints('pads') ?? [];
  const end =
    node.string('auto_pad', 'NOTSET') === 'NOTSET'
      ? (pads[window.kernel.length + axis] ?? 0)
      : (window.ends[axis] as number);
  const begin = window.begins[axis] as number;
  const [low, high] = includes ? [-begin, cells + end] : [0, cells];
  return Array.from({ length: windows }, (_, index) => {
    const start = index * (window.strides[axis] as number) - begin;
    const positions = Array.from(
      { length: window.kernel[axis] as number },
      (_unused, i) => start + i * (window.dilations[axis] as number),
    );
    return positions.filter((position) => position >= low && position < high).length;
  });
}

/** g / count, where the count may differ at the borders; it is a product over axes. */
function perCell(context: Context, window: Window, g: Value): Value {
  const { e, node, x, y } = context;
  const padded = [...window.begins, ...window.ends].some((pad) => pad !== 0);
  const includes = node.int('count_include_pad', 0) === 1;
  if ((!padded && !window.rest) || (includes && !node.int('ceil_mode', 0)))
    return e.times(g, 1 / product(window.kernel));
  const known = window.kernel.every(
    (_, axis) => typeof x[0].dims?.[axis + 2] === 'number' && typeof y.dims?.[axis + 2] === 'number',
  );
  if (!known) {
    if (includes && padded)
      e.refuse(
        'its gradient with ceil_mode and counted padding needs sizes that are known before the model runs; export the model with fixed sizes, or pass `shapes` to `augment`',
      );
    const ones = e.floats(new Array<number>(product(window.kernel)).fill(1), [1, 1, ...window.kernel]);
    const one = e.ones(e.slice(foldChannels(e, x[0]), [0], [0], [1]));
    return e.div(g, gatherWindows(e, window, one, ones));
  }
  return window.kernel.reduce((scaled, _, axis) => {
    const counts = cellCounts(context, window, axis, e.size(x[0], axis + 2), e.size(y, axis + 2));
    const after = new Array<number>(window.kernel.length - axis - 1).fill(1);
    return e.mul(
      scaled,
      e.floats(
        counts.map((count) => 1 / count),
        [counts.length, ...after],
      ),
    );
  }, g);
}

/** What AveragePool gives, and pools of quantised values. */
export function averagePoolGradient(context: Context): Value {
  const { e, g, y } = context;
  const [x] = context.x;
  const window = poolWindow(context);
  const folded = foldChannels(e, { ...g, dims: y.dims });
  const ones = e.floats(new Array<number>(product(window.kernel)).fill(1), [1, 1, ...window.kernel]);
  return e.reshapeLike(scatterWindows(e, window, perCell(context, window, folded), ones, foldChannels(e, x)), x);
}

/** d |x|^p / dx / p */
function slope(e: Emitter, x: Value, p: number): Value {
  if (p === 2) return x;
  const sign = e.sign(x);
  return p === 1 ? sign : e.mul(sign, e.pow(e.abs(x), e.scalar(p - 1)));
}

/** g / y^(p - 1), zero where every cell is zero. */
function perNorm({ e, g, y }: Context, p: number): Value {
  if (p === 1) return g;
  return e.gate(e.above(y, 0), e.div(g, p === 2 ? y : e.pow(y, e.scalar(p - 1))));
}

function lpPool(context: Context): Value {
  const { e, node, y } = context;
  const [x] = context.x;
  const p = node.int('p', 2);
  const window = poolWindow(context);
  const ones = e.floats(new Array<number>(product(window.kernel)).fill(1), [1, 1, ...window.kernel]);
  const windows = foldChannels(e, { ...perNorm(context, p), dims: y.dims });
  return e.mul(slope(e, x, p), e.reshapeLike(scatterWindows(e, window, windows, ones, foldChannels(e, x)), x));
}

const spaceAxes = (e: Emitter, x: Value): number[] => Array.from({ length: e.rank(x) - 2 }, (_, axis) => axis + 2);

/** Pooling: https://onnx.ai/onnx/operators/onnx__MaxPool.html and its neighbours. */
export const pool: readonly Rule[] = [
  { op: 'MaxPool', vjp: (context) => [() => maxPool(context)] },
  { op: 'AveragePool', vjp: (context) => [() => averagePoolGradient(context)] },
  { op: 'GlobalAveragePool', vjp: ({ e, g, x: [x] }) => [() => e.spread(g, x, spaceAxes(e, x), true)] },
  { op: 'LpPool', vjp: (context) => [() => lpPool(context)] },
  {
    op: 'GlobalLpPool',
    vjp: (context) => {
      const p = context.node.int('p', 2);
      return [() => context.e.mul(slope(context.e, context.x[0], p), perNorm(context, p))];
    },
  },
  {
    op: 'GlobalMaxPool',
    // ties share the gradient, as torch.amax does
    vjp: ({ e, g, x: [x], y }) => [() => e.shared(g, e.indicator(e.atLeast(x, y)), spaceAxes(e, x))],
  },
];
