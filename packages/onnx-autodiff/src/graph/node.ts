import type { Message } from '../wire/schema.ts';
import type { ExternalData } from './external.ts';
import type { PlacedNode } from './inline.ts';
import { readSmall } from './tensor.ts';
import { type Fact, FLOAT, INT64 } from './types.ts';

const utf8 = new TextDecoder();

/** An operator of the graph, with its attributes by name. */
export class Node {
  readonly op: string;
  /** '' for the standard domain, which files also call "ai.onnx". */
  readonly domain: string;
  /** The operator set version that decides what the operator means; null where the file imports none for its domain. */
  readonly opset: number | null;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Outer tensors that its subgraphs (branches, loop bodies) read. */
  readonly captures: readonly string[];
  readonly proto: Message<'Node'>;
  /** The bytes that the spans of `proto` point into. */
  readonly source: Uint8Array;
  /** It stands within a local function or a branch; the main graph holds a call in its place. */
  readonly inlined: boolean;
  readonly #attributes: ReadonlyMap<string, Message<'Attribute'>>;

  constructor({ proto, source, inlined }: PlacedNode, opset: number | null, captures: readonly string[]) {
    this.proto = proto;
    this.source = source;
    this.inlined = inlined;
    this.op = proto.opType ?? '';
    this.domain = normalDomain(proto.domain);
    this.opset = opset;
    this.inputs = proto.input;
    this.outputs = proto.output;
    this.captures = captures;
    this.#attributes = new Map(proto.attribute.map((attribute) => [attribute.name ?? '', attribute]));
  }

  /** What a message calls it: its name, or its first output where it has none. */
  get label(): string {
    return this.proto.name || this.outputs.find((output) => output !== '') || this.op;
  }

  /** "Conv", or "com.microsoft.FusedConv". */
  get kind(): string {
    return this.domain === '' ? this.op : `${this.domain}.${this.op}`;
  }

  has(name: string): boolean {
    return this.#attributes.has(name);
  }

  int(name: string, fallback: number): number {
    return this.#attributes.get(name)?.i ?? fallback;
  }

  float(name: string, fallback: number): number {
    return this.#attributes.get(name)?.f ?? fallback;
  }

  string(name: string, fallback: string): string {
    const bytes = this.#attributes.get(name)?.s;
    return bytes ? utf8.decode(bytes) : fallback;
  }

  ints(name: string): readonly number[] | undefined {
    return this.#attributes.get(name)?.ints;
  }

  floats(name: string): readonly number[] | undefined {
    return this.#attributes.get(name)?.floats;
  }

  tensor(name: string): Message<'Tensor'> | undefined {
    return this.#attributes.get(name)?.t;
  }

  /** Type and sizes of a Constant node's value. */
  constantFact(): Fact {
    const tensor = this.tensor('value');
    if (tensor) return { type: tensor.dataType, dims: tensor.dims };
    const floats = this.floats('value_floats') ?? [];
    const ints = this.ints('value_ints') ?? [];
    if (this.has('value_floats')) return { type: FLOAT, dims: [floats.length] };
    if (this.has('value_ints')) return { type: INT64, dims: [ints.length] };
    if (this.has('value_float')) return { type: FLOAT, dims: [] };
    return this.has('value_int') ? { type: INT64, dims: [] } : {};
  }

  /** The value of a Constant node, where it is small: https://onnx.ai/onnx/operators/onnx__Constant.html */
  constant(external?: ExternalData): readonly number[] | undefined {
    const tensor = this.tensor('value');
    if (tensor) return readSmall(tensor, external);
    if (this.has('value_ints')) return this.ints('value_ints');
    if (this.has('value_floats')) return this.floats('value_floats');
    if (this.has('value_int')) return [this.int('value_int', 0)];
    return this.has('value_float') ? [this.float('value_float', 0)] : undefined;
  }
}

export function normalDomain(domain: string | undefined): string {
  return domain === undefined || domain === 'ai.onnx' ? '' : domain;
}
