import type { Graph } from './graph.ts';

/** Whether a MaxPool reads what a Pad made: the padding may win there, as it never does where the pool itself pads. */
export function hasPaddedPools(graph: Graph): boolean {
  return graph.nodes.some(({ op, inputs }) => op === 'MaxPool' && graph.producers.get(inputs[0] ?? '')?.op === 'Pad');
}
