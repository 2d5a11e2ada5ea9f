import {
  type BackwardRule,
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
import { Batcher, feedsOf, type Pulled, pointFeeds, Queue, samples } from '@gradcam/core/adapter';
import { getBackend } from '@tensorflow/tfjs-core';
import { backendName, tfjsError } from './backend.ts';
import { seenDims } from './layers.ts';
import { nodeOf, type Opened } from './opened.ts';
import { gradientOf, type Part, runPart } from './part.ts';
import { checkedSeed } from './seeds.ts';

/** What a call wants of the network behind some values. */
interface Job {
  /** Layers and inputs that have a value, as seen from outside. */
  readonly given: ReadonlyMap<string, Tensor>;
  readonly batch: number;
  readonly read: readonly string[];
  /** Layers whose gradient is wanted. */
  readonly layers: readonly string[];
  readonly pulled: Pulled | undefined;
  readonly rule: BackwardRule;
  readonly signal: AbortSignal | undefined;
}

/**
 * A model on TensorFlow.js. A pass is a plain forward one, and with a seed a recorded one of what lies behind the earliest
 * requested layer; `resume` and `pull` run only what lies behind theirs. Nothing stays on the device between calls.
 */
export class TfjsModel implements Model {
  readonly backend: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly score: Score;
  readonly layers: readonly Layer[];
  readonly #opened: Opened;
  readonly #queue = new Queue();
  readonly #batcher: Batcher;
  #disposed: Promise<void> | undefined;

  constructor(opened: Opened) {
    this.#opened = opened;
    this.backend = backendName(opened.backend);
    this.inputs = opened.inputs;
    this.outputs = opened.outputs;
    this.score = opened.score;
    this.layers = opened.layers;
    this.#batcher = new Batcher(opened.fixedBatch);
  }

  run(inputs: Inputs, { layers: asked = [], seed, rule = 'exact', signal }: RunRequest = {}): Promise<Pass> {
    return this.#job(async () => {
      const { tensors, batch } = feedsOf(this.backend, this.inputs, inputs);
      const layers = [...new Set(asked)];
      for (const layer of layers) this.#known(layer);
      const pulled =
        seed === undefined || layers.length === 0 ? undefined : checkedSeed(this.#opened, seed, batch, layers);
      const outputs = this.#outputNames();
      const read = [...new Set([...outputs, ...layers.filter((layer) => !tensors.has(layer))])];
      const job = { given: tensors, batch, read, layers: pulled ? layers : [], pulled, rule, signal };
      const results = await this.#run(job);
      const activations = layers.map((layer) => [layer, tensors.get(layer) ?? (results.get(layer) as Tensor)] as const);
      const gradients = job.layers.map((layer) => [layer, results.get(gradientOf(layer)) as Tensor] as const);
      return { ...this.#outputs(results, outputs), activations: new Map(activations), gradients: new Map(gradients) };
    }, signal);
  }

  resume(point: Point, { signal }: RunOptions = {}): Promise<Outputs> {
    return this.#job(async () => {
      const given = this.#given(point);
      const outputs = this.#outputNames(point.layer);
      const read = outputs.filter((output) => output !== point.layer);
      const results = await this.#run({ ...given, read, layers: [], pulled: undefined, rule: 'exact', signal });
      return this.#outputs(new Map([...results, [point.layer, point.activation]]), outputs);
    }, signal);
  }

  pull(
    point: Point,
    seed: Seed,
    { rule = 'exact', signal }: RunOptions & { readonly rule?: BackwardRule } = {},
  ): Promise<Tensor> {
    return this.#job(async () => {
      const given = this.#given(point);
      const pulled = checkedSeed(this.#opened, seed, given.batch, [point.layer]);
      const results = await this.#run({ ...given, read: [], layers: [point.layer], pulled, rule, signal });
      return results.get(gradientOf(point.layer)) as Tensor;
    }, signal);
  }

  dispose(): Promise<void> {
    this.#disposed ??= this.#queue.add(() => Promise.resolve());
    return this.#disposed;
  }

  async #job<T>(job: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const { backend } = this.#opened;
    if (this.#disposed)
      throw new GradcamError('disposed', `${this.backend}: the model was disposed of; open it again to go on`);
    return this.#queue.add(async () => {
      if (getBackend() !== backend) {
        throw new GradcamError(
          'runtime',
          `${this.backend}: the backend is ${getBackend()} now; set ${backend} again, or open the model again on ${getBackend()}`,
        );
      }
      return job();
    }, signal);
  }

  #known(name: string): Layer {
    const layer = this.layers.find((one) => one.name === name);
    if (layer) return layer;
    throw new GradcamError(
      'unknown-layer',
      `${this.backend}: the model has no layer ${name}; expected the name of one of \`model.layers\``,
    );
  }

  /** The point's value, and the inputs that lead around it. */
  #given(point: Point): Pick<Job, 'given' | 'batch'> {
    const { tensors, batch } = pointFeeds(this, point);
    if (this.#known(point.layer).onPath)
      return { given: new Map([...tensors, [point.layer, point.activation]]), batch };
    throw new GradcamError(
      'layer-off-path',
      `${this.backend}: the score does not depend on ${point.layer}; expected a layer between input and score`,
    );
  }

  /** The score and the outputs; behind a layer, those that depend on it. */
  #outputNames(layer?: string): string[] {
    const { reach } = this.#opened;
    const names = [...new Set([this.score.output, ...this.outputs.map(({ name }) => name)])];
    if (layer === undefined) return names;
    const behind = reach.reachedFrom([layer]);
    return names.filter((name) => behind.has(nodeOf(this.#opened, name)));
  }

  /** Runs all samples at once, or as the model allows. */
  #run({ given, batch, signal, ...job }: Job): Promise<ReadonlyMap<string, Tensor>> {
    const { network, reach, backend, layouts } = this.#opened;
    const piece = (from: number, to: number, length: number): Promise<ReadonlyMap<string, Tensor>> => {
      const part: Part = {
        ...job,
        network,
        reach,
        backend,
        score: this.score.output,
        nodeOf: (output) => nodeOf(this.#opened, output),
        dimsOf: (output) => seenDims(nodeOf(this.#opened, output), this.#opened),
        channelsLast: (name) => layouts.get(nodeOf(this.#opened, name)) === 'last',
        given: new Map([...given].map(([name, tensor]) => [name, samples(tensor, from, to, length)])),
        from,
        to,
        length,
        signal,
      };
      return runPart(part).catch((error: unknown) => {
        throw error instanceof GradcamError || error === signal?.reason
          ? error
          : tfjsError(backend, 'the run failed', error);
      });
    };
    return this.#batcher.run(batch, piece, signal);
  }

  /** [N, C, 1, 1] scores are [N, C]. */
  #outputs(results: ReadonlyMap<string, Tensor>, names: readonly string[]): Outputs {
    const score = results.get(this.score.output) as Tensor;
    const flat = score.dims.length > 2 && score.dims.slice(2).every((dim) => dim === 1);
    const output = flat ? { data: score.data, dims: score.dims.slice(0, 2) } : score;
    const own = this.outputs.filter(({ name }) => names.includes(name));
    return { output, outputs: new Map(own.map(({ name }) => [name, results.get(name) as Tensor])) };
  }
}
