import type { Graph } from './graph.ts';

/** The tensors that depend on any of `from`, themselves included. */
export function reachedFrom(graph: Graph, from: Iterable<string>): Set<string> {
  const reached = new Set(from);
  for (const node of graph.nodes) {
    if ([...node.inputs, ...node.captures].some((input) => reached.has(input))) {
      for (const output of node.outputs) if (output !== '') reached.add(output);
    }
  }
  return reached;
}

/** The tensors that any of `to` depends on, themselves included; the walk does not pass `stops`. */
export function leadingTo(graph: Graph, to: Iterable<string>, stops: ReadonlySet<string> = new Set()): Set<string> {
  const leading = new Set(to);
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((output) => leading.has(output) && !stops.has(output))) continue;
    for (const input of [...node.inputs, ...node.captures]) if (input !== '') leading.add(input);
  }
  return leading;
}
