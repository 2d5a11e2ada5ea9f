import type { Dims } from '../graph/types.ts';
import { FLOAT, INT64 } from '../graph/types.ts';
import { numberOf } from '../wire/schema.ts';
import { Writer } from '../wire/writer.ts';
import { type Attributes, type NodeFields, writeNode } from './node-proto.ts';
import { Refusal } from './refusal.ts';
import { type TensorFields, writeInitializer } from './tensor-proto.ts';

/** A tensor of the graph or of the patch. */
export interface Value {
  readonly name: string;
  /** What is known of its sizes; the sweep knows them for gradients, rules seldom need them. */
  readonly dims?: Dims | undefined;
  readonly type?: number | undefined;
}

/** Records nodes and constants under fresh names. Equal nodes are recorded once; what nothing needs is not written. */
export class Tape {
  /** The operator set that the model declares: every node is written in its words. */
  readonly opset: number;
  readonly #taken: ReadonlySet<string>;
  readonly #prefix: string;
  readonly #nodes: NodeFields[] = [];
  readonly #constants: TensorFields[] = [];
  readonly #known = new Map<string, readonly Value[]>();
  readonly #renamed = new Map<string, string>();
  #count = 0;

  constructor(opset: number, taken: ReadonlySet<string>) {
    this.opset = opset;
    this.#taken = taken;
    let prefix = 'd';
    for (let n = 1; [...taken].some((name) => name.startsWith(`${prefix}/`)); n++) prefix = `d${n}`;
    this.#prefix = prefix;
  }

  #fresh(): string {
    return `${this.#prefix}/${(this.#count++).toString(36)}`;
  }

  /** `wanted`, or `wanted_1`, ... where the model has a tensor of that name. */
  freeName(wanted: string): string {
    let name = wanted;
    for (let n = 1; this.#taken.has(name) || [...this.#renamed.values()].includes(name); n++) name = `${wanted}_${n}`;
    return name;
  }

  /** One node with `count` outputs. An undefined input is an absent optional one. */
  nodes(
    op: string,
    inputs: readonly (Value | undefined)[],
    attributes: Attributes,
    count: number,
    domain = '',
  ): readonly Value[] {
    const names = inputs.map((input) => input?.name ?? '');
    while (names.at(-1) === '') names.pop();
    const key = JSON.stringify([op, domain, names, attributes, count]);
    const known = this.#known.get(key);
    if (known) return known;
    const outputs = Array.from({ length: count }, () => ({ name: this.#fresh() }));
    this.#nodes.push({ op, domain, inputs: names, outputs: outputs.map((output) => output.name), attributes });
    this.#known.set(key, outputs);
    return outputs;
  }

  /** One node with one output. */
  node(op: string, inputs: readonly (Value | undefined)[], attributes: Attributes = {}, domain = ''): Value {
    return this.nodes(op, inputs, attributes, 1, domain)[0] as Value;
  }

  #constant(type: number, values: readonly number[], dims: readonly number[], raw: ArrayBufferLike): Value {
    const key = JSON.stringify([type, values.map(String), dims]);
    const known = this.#known.get(key)?.[0];
    if (known) return known;
    const value = { name: this.#fresh(), dims, type };
    this.#constants.push({ name: value.name, type, dims, raw: new Uint8Array(raw) });
    this.#known.set(key, [value]);
    return value;
  }

  /** An int64 constant; a vector unless `dims` say otherwise. */
  ints(values: readonly number[], dims: readonly number[] = [values.length]): Value {
    return this.#constant(INT64, values, dims, BigInt64Array.from(values, BigInt).buffer);
  }

  /** A float32 constant; a vector unless `dims` say otherwise. */
  floats(values: readonly number[], dims: readonly number[] = [values.length]): Value {
    return this.#constant(FLOAT, values, dims, Float32Array.from(values).buffer);
  }

  /** A float32 scalar. */
  scalar(value: number): Value {
    return this.floats([value], []);
  }

  /** Refuses where the model's operator set lacks what the gradient needs. */
  need(opset: number, what: string): void {
    if (this.opset >= opset) return;
    throw new Refusal(
      `its gradient needs ${what}, which exists since opset ${opset}; the model has opset ${this.opset}, export it at ${opset} or later`,
    );
  }

  /** Gives a value of the patch the name that callers will fetch; a value of the model, or one named already, gets an Identity. */
  publish(value: Value, wanted: string): Value {
    const name = this.freeName(wanted);
    const own = this.#nodes.some((node) => node.outputs.includes(value.name));
    const target = own && !this.#renamed.has(value.name) ? value : { ...value, name: this.#identityOf(value) };
    this.#renamed.set(target.name, name);
    return { ...value, name };
  }

  #identityOf(value: Value): string {
    const name = this.#fresh();
    this.#nodes.push({ op: 'Identity', domain: '', inputs: [value.name], outputs: [name], attributes: {} });
    return name;
  }

  /**
   * Writes what `wanted` (published names included) needs, as fields of a GraphProto.
   * @param first NodeProtos to stand in front, made for what the patch reads
   */
  write(wanted: Iterable<Value>, first: (read: ReadonlySet<string>) => readonly Uint8Array[]): Writer {
    const original = new Map([...this.#renamed].map(([from, to]) => [to, from]));
    const needed = new Set([...wanted].map(({ name }) => original.get(name) ?? name));
    const kept: NodeFields[] = [];
    for (const node of this.#nodes.toReversed()) {
      if (!node.outputs.some((output) => needed.has(output))) continue;
      kept.push(node);
      for (const input of node.inputs) needed.add(input);
    }
    const writer = new Writer();
    for (const bytes of first(needed)) writer.bytes(numberOf('Graph', 'node'), bytes);
    const nameOf = (name: string): string => this.#renamed.get(name) ?? name;
    for (const node of kept.toReversed()) {
      writeNode(writer, { ...node, inputs: node.inputs.map(nameOf), outputs: node.outputs.map(nameOf) });
    }
    for (const constant of this.#constants) if (needed.has(constant.name)) writeInitializer(writer, constant);
    return writer;
  }
}
