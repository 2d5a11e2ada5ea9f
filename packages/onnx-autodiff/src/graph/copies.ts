import { BYTES, fields } from '../wire/reader.ts';
import { numberOf, type Span } from '../wire/schema.ts';
import { Writer } from '../wire/writer.ts';
import type { Graph } from './graph.ts';
import type { Node } from './node.ts';

const utf8 = new TextDecoder();

/** A NodeProto with outputs renamed; every other byte as it was. */
export function withOutputsRenamed(bytes: Uint8Array, span: Span, rename: (output: string) => string): Uint8Array {
  const writer = new Writer();
  for (const field of fields(bytes, span.from, span.to)) {
    const isOutput = field.number === numberOf('Node', 'output') && field.wireType === BYTES;
    if (isOutput) writer.string(field.number, rename(utf8.decode(bytes.subarray(field.from, field.to))));
    else writer.raw(bytes.subarray(field.start, field.to));
  }
  return writer.finish();
}

/**
 * Nodes within functions and branches that `names` need, as NodeProtos of the main graph: what a call hides is computed beside it. A runtime
 * that inlines functions itself finds the same node twice and keeps one. What the call gives out stays the call's.
 */
export function copiesFor(graph: Graph, names: Iterable<string>): readonly Uint8Array[] {
  const needed = new Set(names);
  const hidden = (name: string): boolean => graph.hidden.has(name);
  const kept: Node[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.inlined || !node.outputs.some((output) => hidden(output) && needed.has(output))) continue;
    kept.push(node);
    for (const input of node.inputs) needed.add(input);
  }
  return kept
    .toReversed()
    .map(({ source, proto }) =>
      withOutputsRenamed(source, proto.span, (output) =>
        output === '' || hidden(output) ? output : `unused/${output}`,
      ),
    );
}
