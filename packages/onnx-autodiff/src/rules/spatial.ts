import type { Value } from '../emit/tape.ts';
import type { Context, Rule } from './rule.ts';
import { foldChannels, gatherWindows, pickers, type Window } from './window.ts';

/** Blocks of cells back to channels; the order of those channels is what DCR and CRD differ in. */
function blocksToChannels({ e, node, g, x: [x] }: Context): Value {
  const block = node.int('blocksize', 1);
  if (node.string('mode', 'DCR') === 'DCR') return e.node('SpaceToDepth', [g], { blocksize: block });
  const [channels, height, width] = [1, 2, 3].map((axis) => e.size(x, axis)) as [number, number, number];
  const split = e.reshape(g, [-1, channels / block ** 2, height, block, width, block]);
  return e.reshape(e.transpose(split, [0, 1, 3, 5, 2, 4]), [-1, channels, height, width]);
}

/** The windows that were added up, one column each. https://onnx.ai/onnx/operators/onnx__Col2Im.html */
function columns({ e, node, g, constant, x: [x], y }: Context): Value {
  const kernel =
    constant(2) ?? e.refuse('its gradient needs a block shape that the file knows; it is computed at run time');
  const ones = kernel.map(() => 1);
  const pads = node.ints('pads') ?? kernel.flatMap(() => [0, 0]);
  const window: Window = {
    kernel,
    strides: node.ints('strides') ?? ones,
    dilations: node.ints('dilations') ?? ones,
    begins: pads.slice(0, kernel.length),
    ends: pads.slice(kernel.length),
    extras: null,
  };
  return e.reshapeLike(gatherWindows(e, window, foldChannels(e, e.withDims(g, y.dims)), pickers(e, kernel)), x);
}

/** Cells moved between space and channels: https://onnx.ai/onnx/operators/onnx__DepthToSpace.html */
export const spatial: readonly Rule[] = [
  { op: 'DepthToSpace', vjp: (context) => [() => blocksToChannels(context)] },
  {
    op: 'SpaceToDepth',
    vjp: ({ e, node, g }) => [() => e.node('DepthToSpace', [g], { blocksize: node.int('blocksize', 1) })],
  },
  { op: 'Col2Im', since: 18, vjp: (context) => [() => columns(context), null, null] },
  {
    op: 'CenterCropPad',
    since: 18,
    // what was cut off gets zeros, what was added is cut off
    vjp: ({ e, node, g, x: [x] }) => {
      const axes = node.ints('axes')?.map((axis) => e.axis(x, axis));
      const sizes = axes
        ? e.concat(
            axes.map((axis) => e.sizeOf(x, axis)),
            0,
          )
        : e.shape(x);
      return [() => e.node('CenterCropPad', [g, sizes], axes ? { axes } : {}), null];
    },
  },
];
