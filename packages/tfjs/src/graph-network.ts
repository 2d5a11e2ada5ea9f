import { GradcamError } from '@gradcam/core';
import { clone, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';
import { type GraphModel, type NodeDef, textOf, topologyOf } from './graph-model.ts';
import { inputType } from './input-type.ts';
import type { Ending, Network, NetworkInput, NetworkNode, NetworkOutput, Values } from './network.ts';

/** Operators that run asynchronously or whose results have a size of their own: control flow, tables, selection. */
const DYNAMIC =
  /^(Switch|Merge|Enter|Exit|NextIteration|LoopCond|(Stateless)?(If|While)|TensorArray.*|TensorList.*|EmptyTensorList|NonMaxSuppressionV\d|Where|ListDiff|.*Table.*)$/;

/** Operators that make a list of tensors, and those that hand on what they read: a list is known only to the run that made it. */
const LISTS =
  /^(EmptyTensorList|TensorArray(Write|Scatter|Split)?V\d|TensorList(Reserve|FromTensor|SetItem|PushBack|Resize|Scatter\w*|Split|ConcatLists))$/;
const HANDS_ON = /^(Enter|Merge|Switch|Exit|NextIteration|Identity|(Stateless)?(If|While))$/;

/** Operators of a loop: all that they lead to is inside until an Exit. */
const LOOPS = /^(Enter|NextIteration|LoopCond)$/;

/** Operators whose value is not of the type that the node states: tfjs refuses to be given it. */
const OTHERWISE_TYPED = /^((Not)?Equal|(Greater|Less)(Equal)?|Is(Nan|Inf|Finite)|FloorDiv|OneHot|Multinomial)$/;
const isResizedWhole = ({ op, attr }: NodeDef): boolean =>
  op === 'ResizeBilinear' && /INT/.test(attr?.['T']?.type ?? '');

const ENDINGS: Readonly<Record<string, Ending>> = {
  Softmax: 'softmax',
  Sigmoid: 'sigmoid',
  LogSoftmax: 'log-softmax',
  Identity: 'reshape',
  Reshape: 'reshape',
  Squeeze: 'reshape',
  ExpandDims: 'reshape',
};

interface Read {
  readonly node: string;
  readonly index: number;
}

/** "scope/split:1" is the second value of scope/split; "^node" only orders. */
function readsOf({ input = [] }: NodeDef): Read[] {
  return input
    .filter((name) => !name.startsWith('^'))
    .map((name) => {
      const [, node = name, index = '0'] = /^(.*?)(?::(?:output:)?(\d+))?$/.exec(name) ?? [];
      return { node, index: Number(index) };
    });
}

/** A GraphModel as a network: any part of it runs by feeding the nodes it begins at. */
export class GraphNetwork implements Network {
  readonly inputs: readonly NetworkInput[];
  readonly outputs: readonly NetworkOutput[];
  readonly batchFirst = false;
  readonly nodes: readonly NetworkNode[];
  readonly #model: GraphModel;

  private constructor(model: GraphModel, topology: readonly NodeDef[]) {
    this.#model = model;
    this.inputs = model.inputs.map(({ name, shape, dtype }, i) => ({
      name,
      aliases: [model.inputNodes[i] ?? name].filter((key) => key !== name),
      // a placeholder of unknown rank is taken to be a picture
      dims: shape ? shape.map((dim) => (dim < 0 ? null : dim)) : [null, null, null, 3],
      type: inputType(name, dtype ?? 'float32'),
    }));
    this.outputs = model.outputs.map(({ name }, i) => {
      const index = /:(\d+)$/.exec(model.outputNodes[i] ?? '')?.[1];
      return { name: index === undefined || index === '0' ? name : `${name}:${index}`, node: name };
    });
    this.nodes = nodesOf(topology, this.inputs, this.outputs, model.outputNodes);
  }

  static async of(model: GraphModel): Promise<GraphNetwork> {
    const topology = await topologyOf(model);
    if (topology.length > 0) return new GraphNetwork(model, topology);
    throw new GradcamError(
      'bad-model',
      'tfjs: the model holds no graph; expected a GraphModel as loaded by `loadGraphModel` and not disposed of',
    );
  }

  compute(fed: Values, wanted: readonly string[]): Values {
    if (wanted.length === 0) return new Map();
    return named(wanted, this.#model.execute(record(fed), [...wanted]), fed);
  }

  async computeDynamic(fed: Values, wanted: readonly string[]): Promise<Values> {
    return named(wanted, await this.#model.executeAsync(record(fed), [...wanted]), fed);
  }

  async predict(fed: Values): Promise<readonly Tensor[]> {
    const dynamic = this.nodes.some((node) => node.dynamic);
    const found = dynamic ? await this.#model.executeAsync(record(fed)) : this.#model.execute(record(fed));
    return [found].flat();
  }
}

const record = (values: Values): NamedTensorMap => Object.fromEntries(values);

/** An Identity hands out a kept tensor itself; what is returned is always a tensor of its own. */
function named(wanted: readonly string[], found: Tensor | Tensor[], fed: Values): Values {
  const given = new Set(fed.values());
  const tensors = [found].flat().map((tensor) => (given.has(tensor) ? clone(tensor) : tensor));
  return new Map(wanted.map((name, i) => [name, tensors[i] as Tensor]));
}

/** The nodes that depend on the inputs and lead to an output, in execution order. */
function nodesOf(
  topology: readonly NodeDef[],
  inputs: readonly NetworkInput[],
  outputs: readonly NetworkOutput[],
  keys: readonly string[],
): NetworkNode[] {
  const byName = new Map(topology.map((node) => [node.name, node]));
  const second = new Set(
    topology.flatMap((node) => readsOf(node).filter(({ index }) => index > 0)).map(({ node }) => node),
  );
  for (const { name, node } of outputs) if (name !== node) second.add(node);
  const isInput = new Set(inputs.map(({ name }) => name));
  const ofKind = (kinds: RegExp): string[] => topology.filter(({ op }) => kinds.test(op)).map(({ name }) => name);
  const turns = ({ node }: Read): boolean => byName.get(node)?.op === 'NextIteration';
  const joinsBranches = (node: NodeDef): boolean => node.op === 'Merge' && !readsOf(node).some(turns);
  const dependent = reached(topology, isInput, () => true);
  const loops = reached(topology, ofKind(LOOPS), ({ op }) => op !== 'Exit');
  const branches = reached(topology, ofKind(/^Switch$/), (node) => node.op !== 'Exit' && !joinsBranches(node));
  const lists = reached(topology, ofKind(LISTS), ({ op }) => HANDS_ON.test(op));
  const made = new Map<string, NetworkNode>();
  const entered = new Set<string>(); // a loop leads back to what is entered and not yet made
  const visit = (start: string): void => {
    const open = [start];
    for (let name = open.at(-1); name !== undefined; name = open.at(-1)) {
      const node = byName.get(name);
      entered.add(name);
      const reads = node && !isInput.has(name) ? readsOf(node).map((read) => read.node) : [];
      const next = reads.filter((read) => !entered.has(read));
      if (next.length > 0) {
        open.push(...next.toReversed());
        continue;
      }
      open.pop();
      if (node && dependent.has(name) && !made.has(name)) made.set(name, nodeOf(node, reads));
    }
  };
  const nodeOf = (node: NodeDef, all: readonly string[]): NetworkNode => {
    const input = inputs.find(({ name }) => name === node.name);
    const reads = [...new Set(all)].filter((read) => dependent.has(read));
    const output = outputs.findIndex(({ name }) => name === node.name);
    const key = keys[output];
    const dynamic = DYNAMIC.test(node.op);
    const hidden = [loops, branches, lists].some((inside) => inside.has(node.name));
    return {
      name: node.name,
      aliases: [...(input?.aliases ?? []), ...(key === undefined || key === node.name ? [] : [key])],
      kind: input ? 'Input' : node.op,
      reads,
      single: !second.has(node.name) && !hidden && !(OTHERWISE_TYPED.test(node.op) || isResizedWhole(node)),
      hidden,
      ending: ENDINGS[node.op] ?? null,
      channels: channelsOf(textOf(node.attr?.['data_format'])),
      dynamic,
      attrs: node.attr ?? {},
    };
  };
  for (const { name } of inputs) visit(name);
  for (const { node } of outputs) visit(node);
  return [...made.values()];
}

/** `sources` and all that reads of them, directly or not and round loops, where an operator lets it pass. */
function reached(
  topology: readonly NodeDef[],
  sources: Iterable<string>,
  passes: (node: NodeDef) => boolean,
): ReadonlySet<string> {
  const readers = new Map<string, string[]>();
  for (const node of topology.filter(passes)) {
    for (const { node: read } of readsOf(node)) readers.set(read, [...(readers.get(read) ?? []), node.name]);
  }
  const found = new Set(sources);
  for (const name of found) for (const reader of readers.get(name) ?? []) found.add(reader);
  return found;
}

function channelsOf(format: string): NetworkNode['channels'] {
  return format === '' ? null : format.startsWith('NC') ? 'first' : 'last';
}
