import type { Graph } from './graph.ts';
import { BFLOAT16 } from './types.ts';

/** Operators whose output has a type of its own. */
const OTHER_TYPE = /^(Cast|Shape|Size|Equal|Greater|Less|Is|Arg|NonZero|(Dynamic)?QuantizeLinear)/;

/** Tensors of bfloat16 that nodes make. No JavaScript runtime even loads a model that gives such a tensor out, so its type cannot be asked for. */
export function bfloatsOf(graph: Graph): ReadonlySet<string> {
  const found = new Set([...graph.declared].filter(([, { type }]) => type === BFLOAT16).map(([name]) => name));
  for (const node of graph.nodes) {
    const carried = !OTHER_TYPE.test(node.op) && node.inputs.some((input) => found.has(input));
    if (carried || (node.op === 'Cast' && node.int('to', 0) === BFLOAT16))
      for (const output of node.outputs) if (output !== '') found.add(output);
  }
  return new Set([...found].filter((name) => graph.producers.has(name)));
}
