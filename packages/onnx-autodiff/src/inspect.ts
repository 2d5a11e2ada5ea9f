import { backward } from './backward.ts';
import { Emitter } from './emit/emitter.ts';
import type { Blocker } from './errors.ts';
import { aliasesOf } from './graph/aliases.ts';
import type { TokenGrid } from './graph/axes.ts';
import { type Bias, biasOf } from './graph/biases.ts';
import { classMaps } from './graph/class-maps.ts';
import type { ExternalData } from './graph/external.ts';
import { Facts, type Shapes } from './graph/facts.ts';
import { type Graph, openGraph } from './graph/graph.ts';
import { type Layout, readingsOf } from './graph/layout.ts';
import { hasPaddedPools } from './graph/padded-pools.ts';
import { rounds } from './graph/quantisation.ts';
import { leadingTo, reachedFrom } from './graph/reach.ts';
import { type Dims, type Fact, isFloat } from './graph/types.ts';
import { rules } from './rules/index.ts';
import { findScore, type ScoreTensor } from './score.ts';

/** A tensor that could be explained: float, dependent on the inputs, with the batch as its first axis. */
export interface LayerInfo {
  readonly name: string;
  /** The node's name, module paths that exporters wrote, for people to type. */
  readonly aliases: readonly string[];
  /** The operator that makes it; "Input" for an input. */
  readonly op: string;
  readonly dims: Dims;
  /** How its axes are to be read; null where neither the operators nor the sizes tell. */
  readonly layout: Layout | null;
  /** Where it is tokens [N, T, C]: which of them are positions, and of what grid. */
  readonly tokens: TokenGrid | null;
  /** The score depends on it, and not by whole numbers alone. */
  readonly onPath: boolean;
  /** Inputs that are needed besides it for what depends on it: paths lead around it. */
  readonly bypass: readonly string[];
  /** One channel per class, with only pooling and reshaping behind it. */
  readonly classMap: boolean;
  /** Values are rounded to integers on the way to the score. */
  readonly rounded: boolean;
  /** Nodes that no gradient passes, on the way from the score to it. */
  readonly blocked: readonly Blocker[];
  /** What its operator adds to each channel; null where it adds nothing. */
  readonly bias: Bias;
}

export interface PortInfo extends Fact {
  readonly name: string;
  /** How its axes are to be read; null where neither the operators nor the sizes tell. */
  readonly layout: Layout | null;
}

export interface Inspection {
  readonly opset: number;
  readonly producer: string;
  readonly metadata: ReadonlyMap<string, string>;
  readonly inputs: readonly PortInfo[];
  readonly outputs: readonly PortInfo[];
  /** What is differentiated for a class. */
  readonly score: ScoreTensor;
  readonly layers: readonly LayerInfo[];
  /** A MaxPool reads what a Pad made. */
  readonly paddedPools: boolean;
}

export interface InspectOptions {
  /** Types and dims that the file does not declare; tensors of unknown dims are no layers. */
  readonly shapes?: Shapes;
  /** Files that the model keeps weights in, where small constants (axes, limits) may be among them. */
  readonly externalData?: ExternalData;
  /** The output that shows the class scores, by name or index. */
  readonly output?: string | number;
  /** Tensors that are layers though the batch is another axis than their first: which, by name. */
  readonly batchAxes?: ReadonlyMap<string, number>;
  /** The tensor to differentiate, instead of the logits behind `output`. */
  readonly score?: string;
}

/** Quantised values that no float tensor beside them shows. */
function isQuantisedLayer(graph: Graph, facts: Facts, name: string): boolean {
  const beside = [graph.producers.get(name), ...(graph.consumers.get(name) ?? [])];
  return (
    facts.standsForReal(name) && !beside.some((node) => /^(Dynamic)?(Quantize|Dequantize)Linear$/.test(node?.op ?? ''))
  );
}

function isLayer(graph: Graph, facts: Facts, name: string, batch: unknown, batchAxis: number): boolean {
  const { type, dims } = facts.of(name);
  return (
    (type === undefined || isFloat(type) || isQuantisedLayer(graph, facts, name)) &&
    dims !== undefined &&
    dims.length >= 2 &&
    dims[batchAxis] === batch &&
    batch !== null
  );
}

/** Which blockers stand between the score and each layer. */
function blockedBy(graph: Graph, blockers: readonly Blocker[]): (layer: string) => readonly Blocker[] {
  const behind = blockers.map((blocker) => leadingTo(graph, blocker.inputs));
  return (layer) => blockers.filter((_, index) => behind[index]?.has(layer));
}

/**
 * What a model offers for an explanation, without running it: its score and its layers in execution order, the inputs first.
 * @throws AutodiffError as `augment` does for files that are none
 */
export function inspect(bytes: Uint8Array, options: InspectOptions = {}): Inspection {
  const graph = openGraph(bytes, options.externalData);
  const facts = new Facts(graph, options.shapes);
  const found = findScore(graph, facts, options.output);
  const score: ScoreTensor =
    options.score === undefined || options.score === found.tensor
      ? found
      : { tensor: options.score, output: options.score, activation: null };
  const batch = facts.of(score.tensor).dims?.[0];
  const depend = reachedFrom(graph, graph.inputs);
  const made = graph.nodes.flatMap((node) => node.outputs).filter((name) => depend.has(name));
  const names = [...graph.inputs, ...made].filter(
    (name) => name !== '' && isLayer(graph, facts, name, batch, options.batchAxes?.get(name) ?? 0),
  );

  const seed = { name: 'seed', ...facts.of(score.tensor) };
  const { gradients, blockers } = backward(
    graph,
    facts,
    new Emitter(graph.opset, graph.names),
    new Map([[score.tensor, seed]]),
    new Set(names),
    rules,
  );
  const blocked = blockedBy(graph, blockers);
  const upstream = leadingTo(graph, [score.tensor]);
  const readings = readingsOf(graph, facts);
  const rounded = leadingTo(
    graph,
    graph.nodes
      .filter((node) => rounds(node) && node.outputs.some((output) => upstream.has(output)))
      .flatMap((node) => node.inputs.filter(Boolean)),
  );
  const aliases = aliasesOf(graph);
  const maps = classMaps(graph, facts, score.tensor);
  const bypassOf = (name: string): readonly string[] => {
    const behind = reachedFrom(graph, [name]);
    const outputs = [score.tensor, ...graph.outputs].filter((output) => behind.has(output));
    const needed = leadingTo(graph, outputs, new Set([name]));
    return graph.inputs.filter((input) => input !== name && needed.has(input));
  };
  const port = (name: string): PortInfo => ({ name, ...facts.of(name), layout: readings.get(name)?.layout ?? null });
  return {
    opset: graph.opset,
    producer: graph.file.model.producerName ?? '',
    metadata: new Map(graph.file.model.metadata.map(({ key = '', value = '' }) => [key, value])),
    inputs: graph.inputs.map(port),
    outputs: graph.outputs.map(port),
    score,
    paddedPools: hasPaddedPools(graph),
    layers: names.map((name) => ({
      name,
      aliases: aliases.get(name) ?? [],
      op: graph.producers.get(name)?.kind ?? 'Input',
      dims: facts.of(name).dims as Dims,
      layout: readings.get(name)?.layout ?? null,
      tokens: readings.get(name)?.tokens ?? null,
      onPath: upstream.has(name) && gradients.has(name),
      bypass: bypassOf(name),
      classMap: maps.has(name),
      rounded: rounded.has(name),
      blocked: blocked(name),
      bias: biasOf(graph, facts, name, readings.get(name)?.layout ?? null, depend),
    })),
  };
}
