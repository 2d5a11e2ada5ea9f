import { AutodiffError } from '../errors.ts';
import type { Node } from './node.ts';

/**
 * The nodes so that each comes after those whose outputs it reads (Kahn's algorithm). File order is kept where it can be;
 * runtimes accept unsorted files, so the file's own order is no guarantee.
 * @throws AutodiffError `bad-model` naming the nodes of a cycle
 */
export function topologicalOrder(nodes: readonly Node[]): Node[] {
  const producer = new Map<string, number>();
  nodes.forEach((node, index) => {
    for (const output of node.outputs) if (output !== '') producer.set(output, index);
  });
  const waiting = nodes.map(() => 0);
  const readers = nodes.map((): number[] => []);
  nodes.forEach((node, index) => {
    for (const input of new Set([...node.inputs, ...node.captures])) {
      const from = producer.get(input);
      if (from === undefined) continue;
      waiting[index] = (waiting[index] as number) + 1;
      readers[from]?.push(index);
    }
  });
  const order: number[] = [];
  for (let index = 0; index < nodes.length; index++) if (waiting[index] === 0) order.push(index);
  let sorted = true;
  for (let next = 0; next < order.length; next++) {
    for (const reader of readers[order[next] as number] ?? []) {
      waiting[reader] = (waiting[reader] as number) - 1;
      if (waiting[reader] === 0) order.push(reader);
    }
  }
  if (order.length < nodes.length) {
    const left = nodes.filter((_, index) => (waiting[index] as number) > 0).map((node) => node.label);
    const shown = left.slice(0, 5).join(', ');
    throw new AutodiffError(
      'bad-model',
      `the graph has a cycle through ${shown}${left.length > 5 ? `, and ${left.length - 5} more` : ''}; expected a directed acyclic graph`,
    );
  }
  for (let index = 0; index < nodes.length && sorted; index++) {
    sorted = nodes[index]?.inputs.every((input) => (producer.get(input) ?? -1) < index) ?? true;
  }
  return sorted ? [...nodes] : order.map((index) => nodes[index] as Node);
}
