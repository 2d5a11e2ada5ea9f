import type { Tensor } from '@tensorflow/tfjs-core';
import { type Call, Flattening, type Value } from './flatten.ts';
import type { LayersModel } from './layers-model.ts';
import type { Network, NetworkInput, NetworkNode, NetworkOutput, Values } from './network.ts';

/** A LayersModel as a network of calls, each made by the layer itself. */
export class LayersNetwork implements Network {
  readonly inputs: readonly NetworkInput[];
  readonly outputs: readonly NetworkOutput[];
  readonly batchFirst = true;
  readonly nodes: readonly NetworkNode[];
  readonly #model: LayersModel;
  readonly #calls: readonly Call[];

  constructor(model: LayersModel) {
    const flat = new Flattening(model);
    this.#model = model;
    this.inputs = flat.inputs;
    this.outputs = flat.outputs;
    this.#calls = flat.calls();
    this.nodes = this.#calls;
  }

  compute(fed: Values, wanted: readonly string[]): Values {
    const found = wanted.map((name) => [name, this.#valueOf(name)] as const);
    const kept = new Set([...fed.keys(), ...found.map(([, { node }]) => node)]);
    const plan = this.#plan(fed, kept);
    const uses = new Map<string, number>();
    for (const read of plan.flatMap(({ reads }) => reads)) uses.set(read, (uses.get(read) ?? 0) + 1);
    const values = new Map<string, readonly Tensor[]>([...fed].map(([name, tensor]) => [name, [tensor]]));
    for (const { name, takes, reads, call } of plan) {
      values.set(name, call(takes.map(({ node, index }) => values.get(node)?.[index] as Tensor)));
      for (const read of reads) {
        const left = (uses.get(read) ?? 0) - 1;
        uses.set(read, left);
        if (left === 0 && !kept.has(read)) for (const tensor of values.get(read) ?? []) tensor.dispose();
      }
    }
    return new Map(found.map(([name, { node, index }]) => [name, values.get(node)?.[index] as Tensor]));
  }

  computeDynamic(): Promise<Values> {
    return Promise.reject(new Error('a LayersModel has no dynamic nodes'));
  }

  async predict(fed: Values): Promise<readonly Tensor[]> {
    return [this.#model.predict(this.inputs.map(({ name }) => fed.get(name) as Tensor))].flat();
  }

  /** `dense`, or `split:1` for the second value of a layer that makes several. */
  #valueOf(name: string): Value {
    if (this.nodes.some((node) => node.name === name)) return { node: name, index: 0 };
    const colon = name.lastIndexOf(':');
    return { node: name.slice(0, colon), index: Number(name.slice(colon + 1)) };
  }

  /** The calls to make for what is wanted, in order. */
  #plan(fed: Values, wanted: ReadonlySet<string>): readonly Call[] {
    const needed = new Set(wanted);
    const plan: Call[] = [];
    for (const call of this.#calls.toReversed()) {
      if (!needed.has(call.name) || fed.has(call.name) || call.takes.length === 0) continue;
      plan.push(call);
      for (const read of call.reads) needed.add(read);
    }
    return plan.toReversed();
  }
}
