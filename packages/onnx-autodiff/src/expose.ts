import { Emitter } from './emit/emitter.ts';
import { writePorts } from './emit/ports.ts';
import { bfloatsOf } from './graph/bfloats.ts';
import { constantValues } from './graph/constant-values.ts';
import { copiesFor } from './graph/copies.ts';
import { type Graph, openGraph } from './graph/graph.ts';
import { BFLOAT16, INT64 } from './graph/types.ts';
import { splice } from './splice.ts';

export interface Exposed {
  readonly bytes: Uint8Array;
  /** Every tensor that a node makes, constants left out; nearly all are outputs now, so that a runtime tells their types. */
  readonly tensors: readonly string[];
  /** Types of those that are no outputs, because no runtime would load the model then. */
  readonly types: ReadonlyMap<string, number>;
  /** Inputs and outputs of bfloat16, which JavaScript's runtimes do not load. */
  readonly bfloatPorts: readonly string[];
  /** The model's own outputs. */
  readonly outputs: readonly string[];
  /** Sizes above one that Reshape and Expand write out for their first axis, the most frequent first: one of them may be the only batch that the graph takes. */
  readonly batches: readonly number[];
  /** The int64 output that holds the sizes of each, by tensor; absent for what is no tensor. */
  readonly shapes: ReadonlyMap<string, string>;
}

/** Operators whose outputs are sequences or maps, which have no shape. */
const NO_TENSORS = /^(Sequence|SplitToSequence|Optional|ZipMap|ConcatFromSequence$)/;

/** Weights that are made in the graph (dequantised, transposed) count too: rules ask for their sizes. What a Constant holds is declared. */
const tensorsOf = (graph: Graph): string[] =>
  graph.nodes
    .filter((node) => !NO_TENSORS.test(node.op) && node.op !== 'Constant')
    .flatMap((node) => node.outputs.filter((output) => output !== ''));

/** The first number of a vector of sizes, where the others may be known at run time only. */
function firstSize(graph: Graph, sizes: string): number | undefined {
  const values = constantValues(graph, sizes);
  const node = graph.producers.get(sizes);
  return values?.[0] ?? (node?.op === 'Concat' ? constantValues(graph, node.inputs[0] ?? '')?.[0] : undefined);
}

function writtenBatches(graph: Graph): number[] {
  const counts = new Map<number, number>();
  for (const { op, inputs } of graph.nodes) {
    const size = op === 'Reshape' || op === 'Expand' ? firstSize(graph, inputs[1] ?? '') : undefined;
    if (size !== undefined && size > 1) counts.set(size, (counts.get(size) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a).map(([size]) => size);
}

/** A model whose every tensor, and the sizes of every tensor, can be fetched: one run of it replaces shape inference. */
export function expose(bytes: Uint8Array): Exposed {
  const graph = openGraph(bytes);
  const e = new Emitter(graph.opset, graph.names);
  const tensors = tensorsOf(graph);
  const bfloats = bfloatsOf(graph);
  const published = new Map(tensors.map((name) => [name, e.publish(e.shape({ name }), `shape/${name}`)]));
  const patch = e.write(published.values(), (read) => copiesFor(graph, [...read, ...tensors]));
  writePorts(
    patch,
    [],
    tensors.filter((name) => !graph.outputs.includes(name) && !bfloats.has(name)).map((name) => [name, {}]),
  );
  writePorts(
    patch,
    [],
    [...published.values()].map(({ name }) => [name, { type: INT64 }]),
  );
  return {
    bytes: splice(graph.file, patch.finish()).bytes,
    tensors,
    types: new Map([...bfloats].map((name) => [name, BFLOAT16])),
    bfloatPorts: [...graph.inputs, ...graph.outputs].filter((name) => graph.declared.get(name)?.type === BFLOAT16),
    outputs: graph.outputs,
    batches: writtenBatches(graph),
    shapes: new Map([...published].map(([name, value]) => [name, value.name])),
  };
}
