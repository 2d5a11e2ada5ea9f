import {
  type Axes,
  carried,
  concatenated,
  gathered,
  hasSpace,
  layoutOf,
  mapAxes,
  reduced,
  regrouped,
  sliced,
  type TokenGrid,
  tokensOf,
} from './axes.ts';
import type { Facts } from './facts.ts';
import type { Graph } from './graph.ts';
import type { Node } from './node.ts';
import type { Dims } from './types.ts';

/** Where the channels of a feature map stand: [N, C, ...space] or [N, ...space, C]. */
export type Layout = 'channels-first' | 'channels-last';

/** How the axes of a tensor are to be read. */
export interface Reading {
  readonly layout: Layout | null;
  readonly tokens: TokenGrid | null;
}

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

/** Those of them that keep all sizes. */
const NORMS = new Set(['BatchNormalization', 'InstanceNormalization', 'GroupNormalization', 'LRN']);

/** Operators that give the same values other sizes. */
const RESHAPING = new Set(['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze']);

/** Operators that may mix the axes: nothing is known of what comes out. */
const MIXING = new Set(['Gemm', 'Einsum', 'Shape', 'Tile', 'OneHot']);

const few = (dim: unknown): boolean => typeof dim === 'number' && dim >= 1 && dim <= 4;

/** Few channels on one side and a picture's size on the other tell how a picture comes in. */
function pictureAxes(dims: Dims): Axes | undefined {
  if (dims.length < 3) return undefined;
  const first = few(dims[1]);
  const last = few(dims.at(-1));
  return first === last ? undefined : mapAxes(dims, last);
}

/** A map, unless the input is known to be something else: groups of channels, as group norms are written, or a row of channels. */
function spatialAxes(node: Node, axes: Axes | undefined, after: Dims): Axes | undefined {
  const isMap = !axes || hasSpace(axes) || layoutOf(axes) !== null;
  if (after.length > 2 && isMap) return axes ? [axes[0] ?? [], ...mapAxes(after).slice(1)] : mapAxes(after);
  return NORMS.has(node.op) ? axes : undefined;
}

function axesAfter(graph: Graph, node: Node, axes: Axes, source: string, before: Dims, after: Dims): Axes | undefined {
  if (node.op === 'Transpose')
    return (node.ints('perm') ?? before.map((_, axis) => before.length - 1 - axis)).map((axis) => axes[axis] ?? []);
  if (RESHAPING.has(node.op)) return regrouped(axes, after);
  if (node.op === 'Gather' && after.length !== before.length) return gathered(node, axes, after);
  if (node.op.startsWith('Reduce') && after.length < before.length) return reduced(graph, node, axes);
  if (MIXING.has(node.op) || before.length !== after.length) return undefined;
  if (node.op === 'Concat') return concatenated(node, axes, source, before, after);
  return node.op === 'Slice' ? sliced(graph, node, axes, before, after) : carried(axes, before, after);
}

/**
 * How the axes of every tensor are to be read, where it can be told: from operators that fix it, carried on by those that keep axes, and
 * followed through the reshaping and transposing by which maps become tokens or windows, and are put together again.
 */
export function readingsOf(graph: Graph, facts: Facts): ReadonlyMap<string, Reading> {
  const known = new Map<string, Axes>();
  const dimsOf = (name: string): Dims => facts.of(name).dims ?? [];
  const note = (name: string, axes: Axes | undefined): void => {
    if (name !== '' && axes) known.set(name, axes);
  };
  for (const input of graph.inputs) note(input, pictureAxes(dimsOf(input)));
  for (const node of graph.nodes) {
    const [output = ''] = node.outputs;
    if (SPATIAL.has(node.op)) {
      note(output, spatialAxes(node, known.get(node.inputs[0] ?? ''), dimsOf(output)));
      continue;
    }
    for (const each of node.outputs) {
      const told = node.inputs.filter((input) => known.has(input));
      // what stands in front of tokens is their prefix
      if (node.op === 'Concat') told.reverse();
      const sizes = dimsOf(each).join();
      // an operand of the same sizes tells most: others are broadcast
      const source =
        told.find((input) => dimsOf(input).join() === sizes) ??
        told.find((input) => dimsOf(input).length === dimsOf(each).length) ??
        told[0];
      const axes = known.get(source ?? '');
      if (source !== undefined && axes) note(each, axesAfter(graph, node, axes, source, dimsOf(source), dimsOf(each)));
    }
  }
  return new Map([...known].map(([name, axes]) => [name, { layout: layoutOf(axes), tokens: tokensOf(axes) }]));
}
