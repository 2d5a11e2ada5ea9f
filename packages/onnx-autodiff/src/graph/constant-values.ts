import type { Graph } from './graph.ts';
import { readSmall } from './tensor.ts';

/** Operators whose output holds the values of their first input, in the same order. */
export const SAME_VALUES: ReadonlySet<string> = new Set(['Identity', 'Unsqueeze', 'Squeeze', 'Reshape', 'Flatten']);

/**
 * The values of a small constant: an initializer, a Constant node, or what exporters that fold nothing write around one to make a vector
 * of numbers; undefined for anything else.
 */
export function constantValues(graph: Graph, name: string): readonly number[] | undefined {
  const initializer = graph.initializers.get(name);
  if (initializer) return readSmall(initializer, graph.external);
  const node = graph.producers.get(name);
  if (node?.domain !== '') return undefined;
  if (node.op === 'Constant') return node.constant(graph.external);
  if (SAME_VALUES.has(node.op)) return constantValues(graph, node.inputs[0] ?? '');
  // along the first axis, values follow each other as they do in memory
  if (node.op !== 'Concat' || node.int('axis', 1) !== 0) return undefined;
  const parts = node.inputs.map((input) => constantValues(graph, input));
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
}
