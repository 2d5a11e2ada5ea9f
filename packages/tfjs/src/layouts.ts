import type { Network, NetworkNode } from './network.ts';
import type { Fact } from './survey.ts';

/** Where the channels of a map are. */
export type Layout = 'first' | 'last';

/** Kernels that work on the positions of a map. */
const SPATIAL =
  /^((Fused)?(Conv2D|DepthwiseConv2[dD](Native)?)|Conv3D(BackpropInputV2)?|Conv2DBackpropInput|(Max|Avg)Pool(3D)?|MaxPoolWithArgmax|Resize(Bilinear|NearestNeighbor)|LRN|Dilation2D|DepthToSpace|SpaceToBatchND|BatchToSpaceND)$/;
/** Kernels after which an axis means something else. */
const MIXING = /^(Transpose|BatchMatMul|_FusedMatMul|Einsum|Reshape|GatherV2)$/;

const rankOf = (fact: Fact | undefined): number => fact?.dims.length ?? 0;

const equal = (a: Fact, b: Fact): boolean =>
  a.dims.length === b.dims.length && a.dims.every((dim, axis) => dim === b.dims[axis]);

/** Whether a node leaves every axis of what it reads where it is. */
function keepsAxes(node: NetworkNode, fact: Fact | undefined, read: Fact | undefined): boolean {
  if (!fact?.kernels || !read || fact.dims.length !== read.dims.length || fact.dims.length < 3) return false;
  const mixing = fact.kernels.filter((kernel) => MIXING.test(kernel));
  if (mixing.length === 0) return true;
  // a normalisation reshapes inside, a dense layer works on the last axis alone
  const upToLast = equal({ ...fact, dims: fact.dims.slice(0, -1) }, { ...read, dims: read.dims.slice(0, -1) });
  if (mixing.every((kernel) => kernel === 'Reshape')) return equal(fact, read);
  return node.reads.length === 1 && upToLast && !mixing.includes('Transpose') && !mixing.includes('Einsum');
}

/**
 * Which values are maps, and where their channels are: known at convolutions, pooling and resizing, and carried on to what
 * leaves the axes alone, both ways.
 */
export function layoutsOf(network: Network, facts: ReadonlyMap<string, Fact>): ReadonlyMap<string, Layout> {
  const layouts = new Map<string, Layout>();
  const mark = (name: string, layout: Layout): boolean => {
    if (layouts.has(name) || rankOf(facts.get(name)) < 3) return false;
    layouts.set(name, layout);
    return true;
  };
  for (const node of network.nodes) {
    if (!facts.get(node.name)?.kernels?.some((kernel) => SPATIAL.test(kernel))) continue;
    for (const name of [node.name, ...node.reads]) mark(name, node.channels ?? 'last');
  }
  const carry = (node: NetworkNode): boolean => {
    const fact = facts.get(node.name);
    const linked = node.reads.filter((read) => keepsAxes(node, fact, facts.get(read)));
    const layout = [node.name, ...linked].map((name) => layouts.get(name)).find((known) => known !== undefined);
    return layout !== undefined && [node.name, ...linked].map((name) => mark(name, layout)).includes(true);
  };
  while (network.nodes.map(carry).includes(true));
  // a picture that no convolution looks at
  for (const { name, dims } of network.inputs) if (dims.length === 4) mark(name, 'last');
  return layouts;
}
