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
  sizeOf,
  type Tensor,
} from '@gradcam/core';

import {
  Batcher,
  type Feeds,
  feedsOf,
  type Pulled,
  permuted,
  pointFeeds,
  pulledBy,
  type Queue,
  restored,
  runtimeError,
  samples,
} from '@gradcam/core/adapter';

import type { Augmented } from '@gradcam/onnx-autodiff';
import { type AugmentedFileOptions, augmentedFile } from './augmented.ts';
import { fromOrt, toOrt } from './convert.ts';
import type { Opened } from './opened.ts';
import { gradientProgram, type Program, readProgram, tailProgram, type Wiring } from './programs.ts';
import type { OrtTensor } from './runtime.ts';
import { type Loaded, Sessions } from './sessions.ts';
import { verified } from './verified.ts';

/** What one run feeds besides the model's inputs. */
interface Extras {
  /** A layer's value, in place of what would make it. */
  readonly at?: Point;
  readonly pulled?: Pulled;
}

/**
 * A model on ONNX Runtime. Sessions are built when first needed and kept, the least recently used released beyond a few:
 * one for each set of layers that is read, one for each set that is differentiated (and kind of seed), one or two for the
 * network behind a layer. Each holds the weights of what it computes.
 */
export class OnnxModel implements Model {
  readonly backend: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly score: Score;
  readonly layers: readonly Layer[];
  /** The file's metadata_props. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly #opened: Opened;
  readonly #sessions: Sessions;
  readonly #queue: Queue;
  readonly #batcher: Batcher;
  #disposed: Promise<void> | undefined;

  constructor(opened: Opened) {
    this.#opened = opened;
    this.#queue = opened.queue;
    this.backend = opened.backend;
    this.inputs = opened.inputs;
    this.outputs = opened.outputs;
    this.score = opened.score;
    this.layers = opened.layers;
    this.metadata = opened.metadata;
    this.#batcher = new Batcher(opened.fixedBatch);
    this.#sessions = new Sessions(opened.sessions);
  }

  run(inputs: Inputs, request: RunRequest = {}): Promise<Pass> {
    return this.#job(async () => {
      const feeds = feedsOf(this.backend, this.inputs, inputs);
      const layers = [...new Set(request.layers ?? [])];
      for (const layer of layers) this.#checkLayer(layer);
      const { seed, rule = 'exact', signal } = request;
      const pulled = seed === undefined || layers.length === 0 ? undefined : this.#pulled(seed, feeds.batch);
      const loaded = pulled
        ? await this.#load(['gradient', layers, seedKey(pulled), rule], () =>
            gradientProgram(this.#opened.source, layers, seedKind(pulled), rule),
          )
        : await this.#load(['read', layers], () => readProgram(this.#opened.source, layers));
      const computed = layers.filter((layer) => !this.#isInput(layer));
      const outputOf = (layer: string): string => loaded.info.activations.get(layer) ?? layer;
      const results = await this.#pass(loaded, feeds, computed.map(outputOf), pulled ? { pulled } : {}, signal);
      const activations = new Map(
        layers.map((layer) => [
          layer,
          (this.#isInput(layer) ? feeds.tensors.get(layer) : results.get(outputOf(layer))) as Tensor,
        ]),
      );
      const gradients = new Map(
        [...loaded.info.gradients].map(([layer, output]) => [layer, results.get(output) as Tensor]),
      );
      return { ...this.#outputs(loaded.info, results), activations, gradients };
    }, request.signal);
  }

  resume(point: Point, options: RunOptions = {}): Promise<Outputs> {
    return this.#job(async () => {
      const feeds = pointFeeds(this, point);
      const loaded = await this.#load(['tail', point.layer], () => tailProgram(this.#opened.source, point.layer));
      const results = await this.#pass(loaded, feeds, [], { at: point }, options.signal);
      return this.#outputs(loaded.info, results);
    }, options.signal);
  }

  pull(point: Point, seed: Seed, options: RunOptions & { readonly rule?: BackwardRule } = {}): Promise<Tensor> {
    return this.#job(async () => {
      const feeds = pointFeeds(this, point);
      const { rule = 'exact', signal } = options;
      const pulled = this.#pulled(seed, feeds.batch);
      const loaded = await this.#load(['pull', point.layer, seedKey(pulled), rule], () =>
        tailProgram(this.#opened.source, point.layer, seedKind(pulled), rule),
      );
      const results = await this.#pass(loaded, feeds, [], { at: point, pulled }, signal);
      return results.get(loaded.info.gradients.get(point.layer) ?? '') as Tensor;
    }, options.signal);
  }

  /**
   * The model's file extended by gradients, to be kept and run by any engine: `seed` 'class' where nothing else is asked for, so that an
   * int64 input chooses the class. Names and meanings as in `augment` of @gradcam/onnx-autodiff.
   * @throws GradcamError `unknown-layer`, `layer-off-path`, `no-gradient`, `bad-option`
   */
  augment(options: AugmentedFileOptions): Augmented {
    return augmentedFile(this.#opened, options);
  }

  dispose(): Promise<void> {
    this.#disposed ??= this.#queue.add(() => this.#sessions.releaseAll());
    return this.#disposed;
  }

  async #job<T>(job: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    if (this.#disposed)
      throw new GradcamError('disposed', `${this.backend}: the model was disposed of; open it again to go on`);
    return this.#queue.add(job, signal);
  }

  #isInput(name: string): boolean {
    return this.inputs.some((input) => input.name === name);
  }

  #checkLayer(name: string): void {
    if (this.layers.some((layer) => layer.name === name)) return;
    throw new GradcamError(
      'unknown-layer',
      `${this.backend}: the model has no layer ${name}; expected the name of one of \`model.layers\``,
    );
  }

  #pulled(seed: Seed, batch: number): Pulled {
    const classes = this.#opened.source.shapes.get(this.score.output)?.dims?.[1];
    const outputs = this.outputs.map((output) => output.name);
    return pulledBy(this.backend, seed, batch, this.score, typeof classes === 'number' ? classes : null, outputs);
  }

  async #load(key: readonly unknown[], make: () => Program): Promise<Loaded<Wiring>> {
    return this.#sessions.get(JSON.stringify(key), async () => {
      const { ort, sessionOptions, verify } = this.#opened;
      const { bytes, ...info } = make();
      const session = await ort.InferenceSession.create(bytes, sessionOptions).catch((error: unknown) => {
        const failed = runtimeError(this.backend, 'the model with its gradient could not be loaded', error);
        if (!failed.message.includes('ShapeInferenceError')) throw failed;
        throw new GradcamError(
          'no-gradient',
          `${failed.message}. ONNX's shape inference expects other sizes of a tensor in the way than the runtime makes (known of Upsample by fractional scales and of pools with ceil_mode); choose a layer behind it, nearer to the score, or export the model with a newer opset`,
          { cause: error },
        );
      });
      return { session: verify ? verified(session, bytes, this.#opened) : session, info };
    });
  }

  /** Runs all samples at once, or as the model allows. */
  #pass(
    loaded: Loaded<Wiring>,
    feeds: Feeds,
    layers: readonly string[],
    extras: Extras,
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<string, Tensor>> {
    return this.#batcher.run(
      feeds.batch,
      (from, to, length) => this.#runSession(loaded, feeds, layers, extras, from, to, length),
      signal,
    );
  }

  async #runSession(
    { session, info }: Loaded<Wiring>,
    feeds: Feeds,
    layers: readonly string[],
    extras: Extras,
    from: number,
    to: number,
    length: number,
  ): Promise<ReadonlyMap<string, Tensor>> {
    const { ort } = this.#opened;
    const fed: Record<string, OrtTensor> = {};
    for (const port of this.inputs) {
      const tensor = info.inputs.includes(port.name) ? feeds.tensors.get(port.name) : undefined;
      if (tensor) fed[port.name] = toOrt(ort, this.#stored(port.name, samples(tensor, from, to, length)), port);
    }
    if (info.at !== null && extras.at) {
      const { layer, activation } = extras.at;
      fed[info.at.input] = toOrt(ort, this.#stored(layer, samples(activation, from, to, length)), {
        name: info.at.input,
        type: info.at.type,
      });
    }
    const { pulled } = extras;
    if (info.classInput !== null && pulled?.kind === 'class') {
      const classes = pulled.classes.slice(from, to);
      while (classes.length < length) classes.push(classes.at(-1) as number);
      fed[info.classInput] = new ort.Tensor('int64', BigInt64Array.from(classes, BigInt), [length]);
    }
    if (pulled?.kind === 'cotangent') {
      for (const [output, input] of info.cotangentInputs)
        fed[input] = toOrt(ort, this.#cotangent(output, pulled.tensors, from, to, length), {
          name: input,
          type: 'float32',
        });
    }
    const wanted = [...new Set([...info.outputs, ...layers, ...info.gradients.values()])];
    const results = await session.run(fed, wanted).catch((error: unknown) => {
      if (error instanceof GradcamError) throw error;
      throw runtimeError(this.backend, 'the run failed', error);
    });
    const layerOf = new Map([...info.activations, ...info.gradients].map(([layer, output]) => [output, layer]));
    return new Map(
      wanted.map((name) => [name, this.#seen(layerOf.get(name) ?? name, fromOrt(results[name] as OrtTensor))]),
    );
  }

  /** A cotangent as the model's own score has its dims: [N, C] becomes [N, C, 1, 1] where the score is that. */
  #cotangent(output: string, tensors: ReadonlyMap<string, Tensor>, from: number, to: number, length: number): Tensor {
    const tensor = tensors.get(output) as Tensor;
    const part = samples(tensor, from, to, length);
    const dims =
      this.#opened.source.shapes.get(output)?.dims?.map((dim, axis) => (axis === 0 ? length : dim)) ?? part.dims;
    const known = dims.filter((dim): dim is number => typeof dim === 'number');
    if (known.length < dims.length) return this.#stored(output, part);
    if (sizeOf(known) !== part.data.length) {
      throw new GradcamError(
        'bad-input',
        `${this.backend}: the cotangent of ${output} has dims [${tensor.dims}]; expected those of the output, [${known.join(', ')}] for ${length} samples`,
      );
    }
    return part.dims.length === known.length ? this.#stored(output, part) : { data: part.data, dims: known };
  }

  #seen(name: string, tensor: Tensor): Tensor {
    const order = this.#opened.orders.get(name);
    return order ? permuted(tensor, order) : tensor;
  }

  #stored(name: string, tensor: Tensor): Tensor {
    const order = this.#opened.orders.get(name);
    return order ? restored(tensor, order) : tensor;
  }

  #outputs(wiring: Wiring, results: ReadonlyMap<string, Tensor>): Outputs {
    const score = results.get(this.score.output) as Tensor;
    const flat = score.dims.length > 2 && score.dims.slice(2).every((dim) => dim === 1);
    const output = flat ? { data: score.data, dims: score.dims.slice(0, 2) } : score;
    const names = this.outputs.map(({ name }) => name).filter((name) => wiring.outputs.includes(name));
    return { output, outputs: new Map(names.map((name) => [name, results.get(name) as Tensor])) };
  }
}

const seedKind = (pulled: Pulled): 'class' | readonly string[] =>
  pulled.kind === 'class' ? 'class' : [...pulled.tensors.keys()];
const seedKey = (pulled: Pulled): string => JSON.stringify(seedKind(pulled));
