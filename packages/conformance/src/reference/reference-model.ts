import {
  GradcamError,
  type Inputs,
  type Layer,
  type Model,
  type Outputs,
  type Pass,
  type Point,
  type Port,
  type RunOptions,
  type RunRequest,
  type Score,
  type Seed,
  type Tensor,
} from '@gradcam/core';
import { reaches } from '../graph/structure.ts';
import { inputsOf, type Network, nodeOf } from '../network.ts';
import { layersOf } from './layers.ts';
import { cotangentsOf } from './seeds.ts';
import { backward, forward, type Known } from './sweep.ts';
import type { Values } from './values.ts';

const doubles = ({ data, dims }: Tensor): Values => ({ data: Float64Array.from(data), dims });
const floats = ({ data, dims }: Values): Tensor => ({ data: Float32Array.from(data), dims });

/** A network computed as a textbook writes it: in float64, one loop per formula, nothing kept and nothing clever. */
export class ReferenceModel implements Model {
  readonly backend = 'reference';
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly score: Score;
  readonly layers: readonly Layer[];
  readonly #network: Network;
  #disposed = false;

  constructor(network: Network) {
    const port = (name: string): Port => ({ name, type: 'float32', dims: [null, ...nodeOf(network, name).dims] });
    const [shown = ''] = network.outputs;
    const { op } = nodeOf(network, shown);
    this.#network = network;
    this.inputs = inputsOf(network).map(({ name }) => port(name));
    this.outputs = network.outputs.map(port);
    this.score = { output: network.score, kind: 'logit', activation: op === 'softmax' || op === 'sigmoid' ? op : null };
    this.layers = layersOf(network);
  }

  async run(inputs: Inputs, { layers = [], seed, rule, signal }: RunRequest = {}): Promise<Pass> {
    await this.#open(signal);
    this.#checkRule(rule);
    for (const layer of layers) this.#layer(layer);
    const values = forward(this.#network, this.#fed(inputs), [...this.#network.outputs, this.score.output, ...layers]);
    const outputs = this.#outputs(values);
    const gradients = seed === undefined ? new Map() : this.#gradients(values, seed, outputs, layers);
    signal?.throwIfAborted();
    return { ...outputs, activations: pick(values, layers), gradients };
  }

  async resume(point: Point, { signal }: RunOptions = {}): Promise<Outputs> {
    await this.#open(signal);
    return this.#outputs(this.#behind(point));
  }

  async pull(point: Point, seed: Seed, { rule, signal }: Pick<RunRequest, 'rule' | 'signal'> = {}): Promise<Tensor> {
    await this.#open(signal);
    this.#checkRule(rule);
    const values = this.#behind(point);
    const gradients = this.#gradients(values, seed, this.#outputs(values), [point.layer]);
    return gradients.get(point.layer) as Tensor;
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
  }

  /** Every call begins here: the model is still there, and an abort that comes in this turn of the event loop is seen. */
  async #open(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.#disposed)
      throw new GradcamError('disposed', `${this.backend}: the model was disposed of; open it again to go on`);
    await Promise.resolve();
    signal?.throwIfAborted();
  }

  #checkRule(rule: RunRequest['rule']): void {
    if (rule === 'guided') {
      throw new GradcamError(
        'bad-option',
        `${this.backend}: the rule "guided" is not made; expected "exact"; use another backend for it`,
      );
    }
  }

  #layer(name: string): Layer {
    const layer = this.layers.find((one) => one.name === name);
    if (layer) return layer;
    const names = this.layers.map((one) => one.name).join(', ');
    throw new GradcamError(
      'unknown-layer',
      `${this.backend}: there is no layer ${name}; expected one of ${names}; take a name of \`model.layers\``,
    );
  }

  /** The inputs by name, their dims checked. */
  #fed(inputs: Inputs | undefined): Known {
    const [first] = this.inputs;
    const given =
      inputs instanceof Map
        ? (inputs as ReadonlyMap<string, Tensor>)
        : new Map(inputs ? [[first?.name ?? '', inputs as Tensor]] : []);
    return new Map(
      this.inputs.map(({ name, dims }) => {
        const tensor = given.get(name);
        const fits =
          tensor?.dims.length === dims.length && dims.every((dim, axis) => dim === null || tensor.dims[axis] === dim);
        if (tensor && fits) return [name, doubles(tensor)];
        throw new GradcamError(
          'bad-input',
          `${this.backend}: input ${name} ${tensor ? `has dims [${tensor.dims}]` : 'is missing'}; expected [N, ${dims.slice(1)}]; feed a tensor of that size`,
        );
      }),
    );
  }

  /** The values behind a layer, with the layer's own. Other inputs than the layer only matter where paths lead around it. */
  #behind({ layer: name, activation, inputs }: Point): Map<string, Values> {
    const layer = this.#layer(name);
    const batch = activation.dims[0] ?? 1;
    if (
      activation.dims.length !== layer.dims.length ||
      layer.dims.some((dim, i) => i > 0 && dim !== activation.dims[i])
    ) {
      throw new GradcamError(
        'bad-input',
        `${this.backend}: the activation of ${name} has dims [${activation.dims}]; expected [N, ${layer.dims.slice(1)}], as \`run\` gave it`,
      );
    }
    const known = new Map(layer.bypassed ? repeated(this.#fed(inputs), batch) : []);
    known.set(name, doubles(activation));
    // an output that does not depend on the layer alone cannot be told without the inputs
    const names = this.inputs.map((input) => input.name);
    const outputs = this.#network.outputs.filter(
      (output) => layer.bypassed || !reaches(this.#network, names, output, name),
    );
    return forward(this.#network, known, [...outputs, this.score.output]);
  }

  #outputs(values: Known): Outputs {
    const output = floats(values.get(this.score.output) as Values);
    return {
      output,
      outputs: pick(
        values,
        this.#network.outputs.filter((name) => values.has(name)),
      ),
    };
  }

  #gradients(values: Known, seed: Seed, outputs: Outputs, layers: readonly string[]): Map<string, Tensor> {
    const cotangents = cotangentsOf(this.backend, seed, this.score.output, outputs);
    const seeds = new Map([...cotangents].map(([name, tensor]) => [name, doubles(tensor)]));
    return pick(backward(this.#network, values, seeds, layers), layers);
  }
}

function pick(values: Known, names: readonly string[]): Map<string, Tensor> {
  return new Map(names.map((name) => [name, floats(values.get(name) as Values)]));
}

/** One sample's inputs stand for all of the batch. */
function repeated(inputs: Known, batch: number): Known {
  return new Map(
    [...inputs].map(([name, { data, dims }]) => {
      if (dims[0] !== 1 || batch === 1) return [name, { data, dims }];
      const all = new Float64Array(batch * data.length);
      for (let n = 0; n < batch; n++) all.set(data, n * data.length);
      return [name, { data: all, dims: [batch, ...dims.slice(1)] }];
    }),
  );
}

/** Opens a network on the reference backend. */
export async function referenceModel(network: Network): Promise<Model> {
  return new ReferenceModel(network);
}
