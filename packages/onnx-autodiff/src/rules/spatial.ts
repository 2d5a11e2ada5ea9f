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

/**
 * Whole factors by which nearest-neighbour upsampling repeats each cell along the space axes. Anything else is refused:
 * other factors, modes and coordinates have no rule yet.
 */
function repeats(context: Context): readonly number[] {
  const { e, node, opset, x, y, constant, has } = context;
  const rank = e.rank(x[0]);
  if (rank < 3 || rank > 5) e.refuse(`its gradient is known for 3 to 5 axes, it has ${rank}`);
  const modern = node.op === 'Resize' && opset >= 11;
  const mode = node.string('mode', 'nearest');
  if (mode !== 'nearest') e.refuse(`only nearest-neighbour resizing has a gradient rule yet, it is ${mode}`);
  if (node.ints('axes')) e.refuse('resizing of chosen axes has no gradient rule yet');
  if (node.string('keep_aspect_ratio_policy', 'stretch') !== 'stretch')
    e.refuse('resizing that keeps the aspect ratio has no gradient rule yet');
  const position = modern ? 2 : 1;
  const given = node.floats('scales') ?? (has(position) ? constant(position) : undefined);
  // an empty constant is how opset 11 and 12 say that sizes are given instead
  const scales = given?.length ? given : x[0].dims?.map((_, axis) => e.size(y, axis) / e.size(x[0], axis));
  if (has(position) && !given) e.refuse('its scales are computed in the graph; they must be constant');
  if (!scales || scales.length !== rank || scales[0] !== 1 || scales[1] !== 1 || !scales.every(Number.isInteger))
    e.refuse(`only upsampling by whole factors along the space axes has a gradient rule yet, it is by [${scales}]`);
  if (modern) {
    const coordinates = node.string('coordinate_transformation_mode', 'half_pixel');
    const nearest = node.string('nearest_mode', 'round_prefer_floor');
    const centred = coordinates === 'half_pixel' && nearest.startsWith('round');
    if (!centred && !(coordinates === 'asymmetric' && nearest === 'floor'))
      e.refuse(`nearest-neighbour resizing with ${coordinates} coordinates and ${nearest} has no gradient rule yet`);
  }
  return scales?.slice(2) ?? [];
}

/** Every cell was repeated over a block: the gradient is the sum over that block. */
function sumOverBlocks(context: Context): Value {
  const { e, g } = context;
  const kernel = repeats(context);
  const mean = e.node('AveragePool', [g], { kernel_shape: kernel, strides: kernel });
  return e.times(
    mean,
    kernel.reduce((a, b) => a * b, 1),
  );
}

/** Cells moved or repeated: https://onnx.ai/onnx/operators/onnx__DepthToSpace.html, onnx__Resize.html */
export const spatial: readonly Rule[] = [
  { op: 'DepthToSpace', vjp: (context) => [() => blocksToChannels(context)] },
  {
    op: 'SpaceToDepth',
    vjp: ({ e, node, g }) => [() => e.node('DepthToSpace', [g], { blocksize: node.int('blocksize', 1) })],
  },
  { op: 'Upsample', until: 9, vjp: (context) => [() => sumOverBlocks(context), null] },
  { op: 'Resize', since: 10, vjp: (context) => [() => sumOverBlocks(context), null, null, null] },
];
