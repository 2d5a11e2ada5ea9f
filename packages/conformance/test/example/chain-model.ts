import {
  argmax,
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
import { feedsOf, joined, pointFeeds, pulledBy } from '@gradcam/core/adapter';

/** The runtime of this example: stages one behind the other, each one sample in, one out, and able to pull a gradient back. */
export interface Stage {
  readonly name: string;
  /** Of its output, without the batch axis. */
  readonly dims: readonly number[];
  /** Only averages positions. */
  readonly pools: boolean;
  readonly forward: (x: Tensor) => Tensor;
  readonly backward: (gradient: Tensor, x: Tensor, y: Tensor) => Tensor;
}

export class ChainModel implements Model {
  readonly backend = 'chain';
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly score: Score;
  readonly layers: readonly Layer[];
  readonly #stages: readonly Stage[];
  #disposed = false;

  constructor(input: { readonly name: string; readonly dims: readonly number[] }, stages: readonly Stage[]) {
    const tensors = [input, ...stages];
    const { name, dims } = tensors.at(-1) ?? input;
    this.#stages = stages;
    this.inputs = [{ name: input.name, type: 'float32', dims: [null, ...input.dims] }];
    this.outputs = [{ name, type: 'float32', dims: [null, ...dims] }];
    this.score = { output: name, kind: 'logit', activation: null };
    this.layers = tensors.map((tensor, i) => ({
      name: tensor.name,
      aliases: [],
      kind: tensor.name.replace(/\d+$/, ''),
      dims: [null, ...tensor.dims],
      grid: tensor.dims.length === 3 ? { kind: 'map' } : null,
      bypassed: false, // a chain has no way around
      onPath: true,
      classMap: stages.slice(i).every(({ pools }) => pools),
      blocked: [],
    }));
  }

  async run(inputs: Inputs, { layers = [], seed, signal }: RunRequest = {}): Promise<Pass> {
    await this.#ready(signal);
    const { tensors, batch } = feedsOf(this.backend, this.inputs, inputs);
    for (const name of layers) this.#indexOf(name);
    const input = this.inputs[0]?.name ?? '';
    const values = this.#forward(input, tensors.get(input) as Tensor);
    const pulled = seed === undefined ? new Map<string, Tensor>() : this.#backward(input, values, seed, batch);
    const read = (from: ReadonlyMap<string, Tensor>): Map<string, Tensor> =>
      new Map(layers.flatMap((name) => (from.has(name) ? [[name, from.get(name) as Tensor]] : [])));
    return { ...this.#outputs(values), activations: read(values), gradients: read(pulled) };
  }

  async resume(point: Point, { signal }: RunOptions = {}): Promise<Outputs> {
    await this.#ready(signal);
    pointFeeds(this, point); // checks layer and dims
    return this.#outputs(this.#forward(point.layer, point.activation));
  }

  async pull(point: Point, seed: Seed, { signal }: RunOptions = {}): Promise<Tensor> {
    await this.#ready(signal);
    const { batch } = pointFeeds(this, point);
    const values = this.#forward(point.layer, point.activation);
    return this.#backward(point.layer, values, seed, batch).get(point.layer) as Tensor;
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
  }

  async #ready(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    if (this.#disposed)
      throw new GradcamError('disposed', `${this.backend}: the model was disposed of; open it again to go on`);
    await Promise.resolve();
    signal?.throwIfAborted();
  }

  /** The place of a tensor in the chain: the input is 0, the output of stage k is k + 1. */
  #indexOf(name: string): number {
    const index = this.layers.findIndex((layer) => layer.name === name);
    if (index >= 0) return index;
    const names = this.layers.map((layer) => layer.name).join(', ');
    throw new GradcamError('unknown-layer', `${this.backend}: there is no layer ${name}; expected one of ${names}`);
  }

  /** Every tensor from `name` on, sample by sample. */
  #forward(name: string, value: Tensor): ReadonlyMap<string, Tensor> {
    return eachSample(value.dims[0] ?? 1, (n) => {
      let x = sampleOf(value, n);
      const values = new Map([[name, x]]);
      for (const stage of this.#stages.slice(this.#indexOf(name))) {
        x = stage.forward(x);
        values.set(stage.name, x);
      }
      return values;
    });
  }

  /** The gradient of the seed at every tensor from `name` on. */
  #backward(name: string, values: ReadonlyMap<string, Tensor>, seed: Seed, batch: number): ReadonlyMap<string, Tensor> {
    const { output } = this.score;
    const scores = values.get(output) as Tensor;
    const classes = scores.dims[1] ?? 1;
    const pulled = pulledBy(this.backend, seed, batch, this.score, classes, [output]);
    const stages = this.#stages.slice(this.#indexOf(name));
    return eachSample(batch, (n) => {
      let gradient: Tensor = { data: new Float32Array(classes), dims: [classes] };
      if (pulled.kind === 'cotangent') gradient = sampleOf(pulled.tensors.get(output) as Tensor, n);
      else {
        const index = pulled.classes[n] ?? 0;
        gradient.data[index < 0 ? argmax(sampleOf(scores, n).data) : index] = 1;
      }
      const gradients = new Map([[output, gradient]]);
      stages.toReversed().forEach((stage, i) => {
        const before = stages[stages.length - 2 - i]?.name ?? name;
        const [x, y] = [before, stage.name].map((one) => sampleOf(values.get(one) as Tensor, n)) as [Tensor, Tensor];
        gradient = stage.backward(gradient, x, y);
        gradients.set(before, gradient);
      });
      return gradients;
    });
  }

  #outputs(values: ReadonlyMap<string, Tensor>): Outputs {
    const output = values.get(this.score.output) as Tensor;
    return { output, outputs: new Map([[this.score.output, output]]) };
  }
}

/** Samples computed alone, put together as a batch. */
function eachSample(batch: number, compute: (n: number) => ReadonlyMap<string, Tensor>): ReadonlyMap<string, Tensor> {
  return joined(
    Array.from({ length: batch }, (_, n) => {
      const found = [...compute(n)].map(([name, { data, dims }]) => [name, { data, dims: [1, ...dims] }] as const);
      return new Map<string, Tensor>(found);
    }),
  );
}
