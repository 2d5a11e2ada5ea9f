import type { Facts } from './facts.ts';
import type { Graph } from './graph.ts';
import type { Node } from './node.ts';

/** Where the channels of a feature map stand: [N, C, ...space] or [N, ...space, C]. */
export type Layout = 'channels-first' | 'channels-last';

/** Operators whose input and output are channels first by definition. */
const SPATIAL = new Set([
  'Conv',
  'ConvTranspose',
  'ConvInteger',
  'QLinearConv',
  'MaxPool',
  'AveragePool',
  'LpPool',
  'GlobalAveragePool',
  'GlobalMaxPool',
  'GlobalLpPool',
  'MaxUnpool',
  'MaxRoiPool',
  'BatchNormalization',
  'InstanceNormalization',
  'GroupNormalization',
  'LRN',
  'DepthToSpace',
  'SpaceToDepth',
  'GridSample',
  'FusedConv',
]);

/** Operators that may mix the axes: what comes out has no known layout. */
const MIXING = new Set([
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Transpose',
  'Gather',
  'Gemm',
  'Einsum',
  'Shape',
  'Expand',
  'Tile',
  'OneHot',
]);

const few = (dim: unknown): boolean => typeof dim === 'number' && dim >= 1 && dim <= 4;

/** Few channels on one side and a picture's size on the other tell how a picture comes in. */
function layoutOfPicture(dims: readonly unknown[] | undefined): Layout | undefined {
  if (!dims || dims.length < 3) return undefined;
  const first = few(dims[1]);
  const last = few(dims.at(-1));
  return first === last ? undefined : first ? 'channels-first' : 'channels-last';
}

function transposed(node: Node, layout: Layout | undefined): Layout | undefined {
  const perm = node.ints('perm');
  if (perm?.[0] !== 0 || !layout) return undefined;
  const rank = perm.length;
  const from = layout === 'channels-first' ? 1 : rank - 1;
  const to = perm.indexOf(from);
  const space = perm.filter((axis) => axis !== 0 && axis !== from);
  const inOrder = space.every((axis, index) => index === 0 || axis > (space[index - 1] as number));
  if (!inOrder) return undefined;
  return to === 1 ? 'channels-first' : to === rank - 1 ? 'channels-last' : undefined;
}

/** The layout of every tensor where it can be told: from operators that fix it, carried on by those that keep axes. */
export function layoutsOf(graph: Graph, facts: Facts): ReadonlyMap<string, Layout> {
  const layouts = new Map<string, Layout>();
  const rankOf = (name: string): number | undefined => facts.of(name).dims?.length;
  const note = (name: string, layout: Layout | undefined): void => {
    if (layout && name !== '') layouts.set(name, layout);
  };
  for (const input of graph.inputs) note(input, layoutOfPicture(facts.of(input).dims));
  for (const node of graph.nodes) {
    const [output = ''] = node.outputs;
    if (SPATIAL.has(node.op)) note(output, 'channels-first');
    else if (node.op === 'Transpose') note(output, transposed(node, layouts.get(node.inputs[0] ?? '')));
    else if (!MIXING.has(node.op)) {
      const source = node.inputs.find((input) => layouts.has(input) && rankOf(input) === rankOf(output));
      if (source !== undefined) for (const each of node.outputs) note(each, layouts.get(source));
    }
  }
  return layouts;
}
