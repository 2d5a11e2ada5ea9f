import type { Value } from '../emit/tape.ts';
import type { Context, Rule } from './rule.ts';

/** Blocks of cells back to channels; the order of those channels is what DCR and CRD differ in. */
function blocksToChannels({ e, node, g, x: [x] }: Context): Value {
  const block = node.int('blocksize', 1);
  if (node.string('mode', 'DCR') === 'DCR') return e.node('SpaceToDepth', [g], { blocksize: block });
  const [channels, height, width] = [1, 2, 3].map((axis) => e.size(x, axis)) as [number, number, number];
  const split = e.reshape(g, [-1, channels / block ** 2, height, block, width, block]);
  return e.reshape(e.transpose(split, [0, 1, 3, 5, 2, 4]), [-1, channels, height, width]);
}

/** Cells moved between space and channels: https://onnx.ai/onnx/operators/onnx__DepthToSpace.html */
export const spatial: readonly Rule[] = [
  { op: 'DepthToSpace', vjp: (context) => [() => blocksToChannels(context)] },
  {
    op: 'SpaceToDepth',
    vjp: ({ e, node, g }) => [() => e.node('DepthToSpace', [g], { blocksize: node.int('blocksize', 1) })],
  },
];
