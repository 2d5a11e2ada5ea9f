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
  sampleOf,
  type Tensor,
} from '@gradcam/core';
import { reaches } from '../graph/structure.ts';
import { inputsOf, type Network, nodeOf } from '../network.ts';
import { layersOf } from './layers.ts';
import { cotangentsOf } from './seeds.ts';
import { backward, forward, type Known } from './sweep.ts';
import type { Values } from './values.ts';

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
    const wanted = [...this.#network.outputs, this.score.output, ...layers];
    const values = samplesOf(this.#fed(inputs)).map((sample) => forward(this.#network, sample, wanted));
    const outputs = this.#outputs(values);
    const gradients = seed === undefined ? new Map() : this.#gradients(values, seed, outputs, layers);
    return { ...outputs, activations: joined(values, layers), gradients };
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
  #fed(inputs: Inputs | undefined): ReadonlyMap<string, Tensor> {
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
        if (tensor && fits) return [name, tensor];
        throw new GradcamError(
          'bad-input',
          `${this.backend}: input ${name} ${tensor ? `has dims [${tensor.dims}]` : 'is missing'}; expected [N, ${dims.slice(1)}]; feed a tensor of that size`,
        );
      }),
    );
  }

  /** The values behind a layer, sample by sample. The inputs only matter where paths lead around it; one may stand for all. */
  #behind({ layer: name, activation, inputs }: Point): readonly Known[] {
    const layer = this.#layer(name);
    const { dims } = activation;
    if (dims.length !== layer.dims.length || layer.dims.some((dim, i) => i > 0 && dim !== dims[i])) {
      throw new GradcamError(
        'bad-input',
        `${this.backend}: the activation of ${name} has dims [${dims}]; expected [N, ${layer.dims.slice(1)}], as \`run\` gave it`,
      );
    }
    const around = layer.bypassed ? samplesOf(this.#fed(inputs)) : [];
    // an output that does not depend on the layer alone cannot be told without the inputs
    const names = this.inputs.map((input) => input.name);
    const outputs = this.#network.outputs.filter(
      (output) => layer.bypassed || !reaches(this.#network, names, output, name),
    );
    return samplesOf(new Map([[name, activation]])).map((sample, n) =>
      forward(this.#network, new Map([...(around[n] ?? around[0] ?? []), ...sample]), [...outputs, this.score.output]),
    );
  }

  #outputs(values: readonly Known[]): Outputs {
    const { output: score } = this.score;
    const names = this.#network.outputs.filter((name) => values[0]?.has(name));
    return { output: joined(values, [score]).get(score) as Tensor, outputs: joined(values, names) };
  }

  #gradients(
    values: readonly Known[],
    seed: Seed,
    outputs: Outputs,
    layers: readonly string[],
  ): ReadonlyMap<string, Tensor> {
    const seeds = samplesOf(cotangentsOf(this.backend, seed, this.score.output, outputs));
    return joined(
      values.map((known, n) => backward(this.#network, known, seeds[n] ?? new Map(), layers)),
      layers,
    );
  }
}

/** Tensors of a batch as those of its samples: a batch must not change what a sample gets, so each is computed alone. */
function samplesOf(tensors: ReadonlyMap<string, Tensor>): readonly Known[] {
  const batch = [...tensors.values()][0]?.dims[0] ?? 1;
  return Array.from(
    { length: batch },
    (_, n) =>
      new Map(
        [...tensors].map(([name, tensor]) => {
          const { data, dims } = sampleOf(tensor, n);
          return [name, { data: Float64Array.from(data), dims: [1, ...dims] }];
        }),
      ),
  );
}

/** And back, as float32. */
function joined(samples: readonly Known[], names: readonly string[]): Map<string, Tensor> {
  return new Map(
    names.map((name) => {
      const parts = samples.map((sample) => sample.get(name) as Values);
      const data = Float32Array.from(parts.flatMap((part) => Array.from(part.data)));
      return [name, { data, dims: [samples.length, ...(parts[0]?.dims.slice(1) ?? [])] }];
    }),
  );
}

/** Opens a network on the reference backend. */
export async function referenceModel(network: Network): Promise<Model> {
  return new ReferenceModel(network);
}
