import { AutodiffError } from '../errors.ts';
import { decode } from '../wire/decode.ts';
import { MAX_INLINED_NODES } from '../wire/limits.ts';
import type { Message } from '../wire/schema.ts';
import { Body } from './body.ts';
import type { ModelFile } from './file.ts';
import { normalDomain } from './node.ts';
import { readSmall } from './tensor.ts';

/** A NodeProto and the bytes that its spans point into. */
export interface PlacedNode {
  readonly proto: Message<'Node'>;
  readonly source: Uint8Array;
  /** A copy of a node within a function or a branch; the main graph holds the call in its place. */
  readonly inlined: boolean;
}

/** The name under which calls find a function. */
const keyOf = (domain: string | undefined, name: string | undefined, overload: string | undefined): string =>
  JSON.stringify([normalDomain(domain), name ?? '', overload ?? '']);

const hasSubgraph = (node: Message<'Node'>): boolean =>
  node.attribute.some(({ g, graphs }) => g !== undefined || graphs.length > 0);

/**
 * The nodes of the main graph with those of local functions, and of the branch that an If with a constant condition takes, in place
 * of the call. Only readers see them so: the bytes stay. A body that holds control flow of its own, or means its operators by another
 * operator set, stays a call.
 */
export class Inliner {
  readonly #file: ModelFile;
  readonly #functions: ReadonlyMap<string, Message<'Function'>>;
  readonly #constants: ReadonlyMap<string, Message<'Tensor'>>;
  readonly #taken: Set<string>;
  #count = 0;

  constructor(file: ModelFile) {
    this.#file = file;
    const { model, graph } = file;
    this.#functions = new Map(model.functions.map((body) => [keyOf(body.domain, body.name, body.overload), body]));
    const made = graph.node.flatMap((node): [string, Message<'Tensor'>][] => {
      const value = node.opType === 'Constant' ? node.attribute.find(({ name }) => name === 'value')?.t : undefined;
      return value ? [[node.output[0] ?? '', value]] : [];
    });
    this.#constants = new Map([...graph.initializer.map((tensor) => [tensor.name ?? '', tensor] as const), ...made]);
    const names = [
      ...graph.node.flatMap((node) => [...node.input, ...node.output]),
      ...[...graph.input, ...graph.initializer].map(({ name = '' }) => name),
    ];
    // every way in which a name in use begins before a slash
    this.#taken = new Set(names.flatMap((name) => [...name.matchAll(/\//g)].map(({ index }) => name.slice(0, index))));
  }

  nodes(): readonly PlacedNode[] {
    const { graph, graphBytes } = this.#file;
    return graph.node.flatMap((proto) => this.#expanded({ proto, source: graphBytes, inlined: false }, []));
  }

  /** `path` are the functions being expanded, to find one that calls itself. */
  #expanded(node: PlacedNode, path: readonly string[]): readonly PlacedNode[] {
    const body = this.#bodyOf(node, path);
    if (!body) return [node];
    this.#count += body.nodes.length;
    if (this.#count > MAX_INLINED_NODES)
      throw new AutodiffError(
        'unsupported-model',
        `the local functions of the model hold more than ${MAX_INLINED_NODES} nodes when written out; expected a model, check the file`,
      );
    return body.nodes.flatMap((bytes) =>
      this.#expanded({ proto: decode('Node', bytes), source: bytes, inlined: true }, body.path),
    );
  }

  #bodyOf(
    call: PlacedNode,
    path: readonly string[],
  ): { nodes: readonly Uint8Array[]; path: readonly string[] } | undefined {
    const { proto } = call;
    const key = keyOf(proto.domain, proto.opType, proto.overload);
    const body = this.#functions.get(key);
    if (body) {
      if (path.includes(key))
        throw new AutodiffError(
          'bad-model',
          `the local function ${body.name} calls itself; expected none that does, the file is damaged`,
        );
      if (body.node.some(hasSubgraph) || !this.#sameOperators(body)) return undefined;
      return { nodes: new Body(call, this.#freePrefix(call)).ofFunction(body, this.#file.bytes), path: [...path, key] };
    }
    const branch = this.#takenBranch(proto);
    if (!branch || branch.node.some(hasSubgraph)) return undefined;
    return { nodes: new Body(call, this.#freePrefix(call)).ofGraph(branch, call.source), path };
  }

  /** A call means its operators by the versions that the function imports, the main graph by the model's. */
  #sameOperators({ opsetImport }: Message<'Function'>): boolean {
    return opsetImport.every(
      ({ domain, version = 1 }) => (this.#file.opsets.get(normalDomain(domain)) ?? version) === version,
    );
  }

  #takenBranch({ opType, domain, input, attribute }: Message<'Node'>): Message<'Graph'> | undefined {
    if (opType !== 'If' || normalDomain(domain) !== '') return undefined;
    const condition = this.#constants.get(input[0] ?? '');
    const [value] = (condition && readSmall(condition)) ?? [];
    if (value === undefined) return undefined;
    return attribute.find(({ name }) => name === (value === 0 ? 'else_branch' : 'then_branch'))?.g;
  }

  /** What the names within one call begin with. */
  #freePrefix({ proto }: PlacedNode): string {
    const wanted = proto.output.find((output) => output !== '') ?? proto.opType ?? 'call';
    let prefix = wanted;
    for (let n = 1; this.#taken.has(prefix); n++) prefix = `${wanted}_${n}`;
    this.#taken.add(prefix);
    return prefix;
  }
}
