import type { Layout } from './layouts.ts';
import type { Network } from './network.ts';
import type { Fact } from './survey.ts';

/** Kernels that keep each channel to itself: pooling, reshaping, activations, scales and biases. */
const CHANNELWISE = new Set([
  'Add',
  'AvgPool',
  'Cast',
  'ClipByValue',
  'FusedBatchNorm',
  'Identity',
  'LeakyRelu',
  'Max',
  'MaxPool',
  'Mean',
  'Multiply',
  'RealDiv',
  'Relu',
  'Relu6',
  'Reshape',
  'Sub',
  'Sum',
  'Transpose',
]);

/** The maps with one channel per class and only pooling between them and the score: poor layers, each channel knows one class. */
export function classMaps(
  network: Network,
  facts: ReadonlyMap<string, Fact>,
  layouts: ReadonlyMap<string, Layout>,
  score: string,
): ReadonlySet<string> {
  const nodes = new Map(network.nodes.map((node) => [node.name, node]));
  const classes = facts.get(score)?.dims.at(-1);
  const found = new Set<string>();
  for (let node = nodes.get(score); node; ) {
    const dims = facts.get(node.name)?.dims ?? [];
    const channels = layouts.get(node.name) === 'first' ? dims[1] : dims.at(-1);
    if (typeof classes === 'number' && channels === classes) found.add(node.name);
    const kernels = facts.get(node.name)?.kernels ?? [];
    const [read, ...others] = node.reads;
    const goesOn = others.length === 0 && read !== undefined && kernels.every((kernel) => CHANNELWISE.has(kernel));
    node = goesOn ? nodes.get(read) : undefined;
  }
  return found;
}
