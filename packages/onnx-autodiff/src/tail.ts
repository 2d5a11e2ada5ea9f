import { writeNode } from './emit/node-proto.ts';
import { writeValueInfo } from './emit/value-info.ts';
import { AutodiffError } from './errors.ts';
import { withOutputsRenamed } from './graph/copies.ts';
import { Facts, type Shapes } from './graph/facts.ts';
import { type Graph, openGraph } from './graph/graph.ts';
import type { Node } from './graph/node.ts';
import { leadingTo, reachedFrom } from './graph/reach.ts';
import { FLOAT } from './graph/types.ts';
import { fields } from './wire/reader.ts';
import { numberOf, type Span } from './wire/schema.ts';
import { Writer } from './wire/writer.ts';

export interface Tail {
  /** A model that computes `outputs` from the layer's value. */
  readonly bytes: Uint8Array;
  /** The input that takes the layer's value: of the layer's type, or float32 where integers stand for real numbers. */
  readonly input: string;
  readonly type: number | undefined;
  /** Inputs of the original model that it needs too, because paths lead around the layer. */
  readonly bypass: readonly string[];
  readonly outputs: readonly string[];
}

/** The names under which the kept nodes' own values are hidden where the layer's value takes their place. */
const replaced = (name: string): string => `replaced/${name}`;

/** The nodes that `outputs` need when the layer's value is given. */
function neededNodes(graph: Graph, needed: ReadonlySet<string>, layer: string): Node[] {
  return graph.nodes.filter((node) => node.outputs.some((output) => output !== layer && needed.has(output)));
}

/**
 * The network behind a layer as a model of its own: what `resume` and `pull` run. Tails of tails cut at several tensors. Kept nodes and weights are copied byte for byte.
 *
 * @param layer the tensor whose value will be given; of an initializer that is how weights become an input, to be trained
 * @param options `outputs`: the tensors to compute, by default the model's; those that do not depend on the layer are left out
 * @throws AutodiffError `bad-model`, `unsupported-model`, `unknown-tensor`, `off-path`
 */
export function tail(
  bytes: Uint8Array,
  layer: string,
  options: { outputs?: readonly string[]; shapes?: Shapes } = {},
): Tail {
  const graph = openGraph(bytes);
  const facts = new Facts(graph, options.shapes);
  if (!graph.producers.has(layer) && !graph.inputs.includes(layer) && !graph.initializers.has(layer)) {
    throw new AutodiffError(
      'unknown-tensor',
      `the model has no tensor ${layer}; expected an input, a node output or an initializer`,
    );
  }
  const behind = reachedFrom(graph, [layer]);
  const outputs = (options.outputs ?? graph.outputs).filter((output) => behind.has(output));
  if (outputs.length === 0) {
    throw new AutodiffError(
      'off-path',
      `no output depends on ${layer}; expected a tensor between the input and ${graph.outputs.join(', ')}`,
    );
  }
  const quantisation = facts.standsForReal(layer) ? graph.quantisations.get(layer) : undefined;
  const scales = quantisation ? [quantisation.scale, quantisation.zero].filter(Boolean) : [];
  const needed = leadingTo(graph, [...outputs, ...scales], new Set([layer]));
  const nodes = neededNodes(graph, needed, layer);
  const used = new Set([...nodes.flatMap((node) => [...node.inputs, ...node.captures]), ...outputs, ...scales]);
  const bypass = graph.inputs.filter((input) => input !== layer && used.has(input));
  const input = graph.names.has(`at/${layer}`) ? `${replaced(layer)}/at` : `at/${layer}`;

  const type = facts.goesByFloat32(layer) ? FLOAT : facts.of(layer).type;
  const { file } = graph;
  const written = new Writer();
  const stored = facts.of(layer).type;
  const op = quantisation ? 'QuantizeLinear' : stored === type ? 'Identity' : 'Cast';
  const attributes = op === 'Cast' ? { to: stored ?? FLOAT } : {};
  writeNode(written, { op, domain: '', inputs: [input, ...scales], outputs: [layer], attributes });
  for (const node of nodes) {
    const { span } = node.proto;
    const whole = node.source.subarray(span.from, span.to);
    const hidesLayer = (output: string): string => (output === layer ? replaced(layer) : output);
    written.bytes(
      numberOf('Graph', 'node'),
      node.outputs.includes(layer) ? withOutputsRenamed(node.source, span, hidesLayer) : whole,
    );
  }
  const copy = (
    messages: readonly { readonly name?: string; readonly span: Span }[],
    wanted: (name: string) => boolean,
  ): void => {
    for (const { name = '', span } of messages)
      if (wanted(name)) written.raw(file.graphBytes.subarray(span.start, span.to));
  };
  written.string(numberOf('Graph', 'name'), file.graph.name ?? 'tail');
  copy(file.graph.initializer, (name) => name !== layer && used.has(name));
  for (const sparse of file.graph.sparseInitializer) {
    if (used.has(sparse.values?.name ?? '')) written.raw(file.graphBytes.subarray(sparse.span.start, sparse.span.to));
  }
  written.message(numberOf('Graph', 'input'), (to) => writeValueInfo(to, input, { ...facts.of(layer), type }));
  copy(file.graph.input, (name) => bypass.includes(name));
  for (const output of outputs)
    written.message(numberOf('Graph', 'output'), (to) => writeValueInfo(to, output, facts.of(output)));
  copy(file.graph.valueInfo, (name) => needed.has(name) && name !== layer && !outputs.includes(name));
  if (stored !== undefined && !outputs.includes(layer))
    written.message(numberOf('Graph', 'valueInfo'), (to) => writeValueInfo(to, layer, facts.of(layer)));

  const model = new Writer();
  let placed = false;
  for (const field of fields(file.bytes)) {
    if (field.number !== numberOf('Model', 'graph')) model.raw(file.bytes.subarray(field.start, field.to));
    else if (!placed) {
      model.bytes(numberOf('Model', 'graph'), written.finish());
      placed = true;
    }
  }
  return { bytes: model.finish().slice(), input, type, bypass, outputs };
}
