import { AutodiffError } from '../errors.ts';
import type { Message } from '../wire/schema.ts';
import { type ExternalData, externalTensors } from './external.ts';
import { type ModelFile, readModelFile } from './file.ts';
import { Inliner } from './inline.ts';
import { Node, normalDomain } from './node.ts';
import { topologicalOrder } from './order.ts';
import { type Quantisation, quantisationsOf } from './quantisation.ts';
import type { Dim, Fact } from './types.ts';

/** The main graph of a model, indexed. Views into the bytes of the file; nothing is copied. */
export interface Graph {
  readonly file: ModelFile;
  /** In topological order. */
  readonly nodes: readonly Node[];
  /** What a caller feeds: declared inputs without an initializer. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly initializers: ReadonlyMap<string, Message<'Tensor'>>;
  readonly producers: ReadonlyMap<string, Node>;
  readonly consumers: ReadonlyMap<string, readonly Node[]>;
  /** Every name in use, those within subgraphs too. */
  readonly names: ReadonlySet<string>;
  /** Names within functions and branches: no runtime knows them unless a patch computes them. */
  readonly hidden: ReadonlySet<string>;
  /** What the file declares of a tensor's type and dims. */
  readonly declared: ReadonlyMap<string, Fact>;
  /** Files beside the model, where they are at hand. */
  readonly external: ExternalData | undefined;
  /** What the integers of quantised tensors stand for. */
  readonly quantisations: ReadonlyMap<string, Quantisation>;
  /** Operator set version of the standard domain. */
  readonly opset: number;
}

function dimOf(dim: Message<'Dimension'>): Dim {
  if (dim.value !== undefined) return dim.value > 0 ? dim.value : null; // 0 and -1 are written for "any" by old exporters
  return dim.symbol || null;
}

/** What a ValueInfo declares. */
export function factOf(info: Message<'ValueInfo'>): Fact {
  const tensor = info.type?.tensor;
  if (!tensor) return {};
  return { type: tensor.elemType || undefined, dims: tensor.shape?.dim.map(dimOf) };
}

/** Names used in a subgraph, and those among them that come from outside. */
function subgraphNames(graph: Message<'Graph'>, names: Set<string>, captures: Set<string>): void {
  const own = new Set([...graph.input, ...graph.initializer].map((value) => value.name ?? ''));
  for (const node of graph.node) for (const output of node.output) own.add(output);
  for (const node of graph.node) {
    const inner = new Set(node.input);
    for (const nested of graphsOf(node)) subgraphNames(nested, names, inner);
    for (const input of inner) if (input !== '' && !own.has(input)) captures.add(input);
  }
  for (const output of graph.output) if (output.name && !own.has(output.name)) captures.add(output.name);
  for (const name of own) names.add(name);
}

function graphsOf(node: Message<'Node'>): Message<'Graph'>[] {
  return node.attribute.flatMap((attribute) => (attribute.g ? [attribute.g, ...attribute.graphs] : attribute.graphs));
}

function refuseDuplicates(what: string, names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name))
      throw new AutodiffError(
        'bad-model',
        `two ${what} are called ${name}; expected unique names, the file is damaged or was merged wrongly`,
      );
    seen.add(name);
  }
}

/**
 * Opens a model file for reading.
 * @throws AutodiffError `bad-model` for damaged or inconsistent bytes, `unsupported-model` for another format
 */
export function openGraph(bytes: Uint8Array, external?: ExternalData): Graph {
  const file = readModelFile(bytes);
  const { graph: proto, opsets } = file;
  externalTensors(proto.node, proto.initializer); // refuses places outside of the model's folder
  for (const body of file.model.functions) externalTensors(body.node, []);
  const opset = opsets.get('');
  if (opset === undefined) {
    throw new AutodiffError(
      'bad-model',
      'the file imports no version of the standard operators; expected an opset_import of domain "", is it a complete ONNX model?',
    );
  }
  const names = new Set<string>();
  const nodes = topologicalOrder(
    new Inliner(file).nodes().map((node) => {
      const captures = new Set<string>();
      for (const graph of graphsOf(node.proto)) subgraphNames(graph, names, captures);
      return new Node(node, opsets.get(normalDomain(node.proto.domain)) ?? null, [...captures]);
    }),
  );
  const initializers = new Map(proto.initializer.map((tensor) => [tensor.name ?? '', tensor]));
  const sparse = proto.sparseInitializer.map(
    ({ values, dims }) => [values?.name ?? '', values?.dataType, dims] as const,
  );
  const declaredInputs = proto.input.map((input) => input.name ?? '');
  const outputs = proto.output.map((output) => output.name ?? '');
  const produced = nodes.flatMap((node) => node.outputs.filter((output) => output !== ''));
  refuseDuplicates(
    'initializers',
    proto.initializer.map((tensor) => tensor.name ?? ''),
  );
  refuseDuplicates('inputs', declaredInputs);
  refuseDuplicates('graph outputs', outputs);
  refuseDuplicates('node outputs', [...produced, ...declaredInputs]);

  const consumers = new Map<string, Node[]>();
  for (const node of nodes) {
    for (const input of new Set([...node.inputs, ...node.captures])) {
      if (input === '') continue;
      const readers = consumers.get(input);
      if (readers) readers.push(node);
      else consumers.set(input, [node]);
    }
  }
  const producers = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const available = new Set([...initializers.keys(), ...sparse.map(([name]) => name), ...declaredInputs, ...produced]);
  for (const name of available) names.add(name);
  for (const name of [...consumers.keys(), ...outputs]) {
    if (!available.has(name))
      throw new AutodiffError(
        'bad-model',
        `tensor ${name} is used but nothing makes it; expected an input, an initializer or a node output of that name, the file is incomplete`,
      );
  }

  const declared = new Map<string, Fact>();
  for (const info of [...proto.valueInfo, ...proto.output, ...proto.input]) declared.set(info.name ?? '', factOf(info));
  for (const [name, type, dims] of sparse) declared.set(name, { type, dims });
  for (const [name, tensor] of initializers) declared.set(name, { type: tensor.dataType, dims: tensor.dims });
  for (const node of nodes) {
    if (node.op === 'Constant' && node.domain === '') declared.set(node.outputs[0] ?? '', node.constantFact());
  }
  const stored = new Set([...initializers.keys(), ...sparse.map(([name]) => name)]);
  const inputs = declaredInputs.filter((input) => !stored.has(input));
  const quantisations = quantisationsOf(nodes);
  const visible = new Set(proto.node.flatMap((node) => node.output));
  const hidden = new Set(
    nodes
      .filter((node) => node.inlined)
      .flatMap((node) => node.outputs)
      .filter((name) => !visible.has(name)),
  );
  return {
    file,
    nodes,
    inputs,
    outputs,
    initializers,
    producers,
    consumers,
    names,
    hidden,
    declared,
    external,
    quantisations,
    opset,
  };
}
