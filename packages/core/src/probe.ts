import { type Features, featuresOf, writeFeatures } from './features.ts';
import { pictureOf, withPicture } from './inputs.ts';
import type { BackwardRule, Grid, Inputs, Layer, Model, Outputs, RunOptions } from './model.ts';
import { differentiate, valueAt } from './pass.ts';
import { pointAt } from './point-at.ts';
import type { Random } from './random.ts';
import { classSeed, outputsOf, slopeSeed } from './seeds.ts';
import type { Target } from './target.ts';
import { sizeOf, type Tensor } from './tensor.ts';

/** Writes the changed values of number `index` as [channels, ...space]. */
export type Change = (index: number, values: Float32Array) => void;

/** What one layer held in a pass, and how the target's score changes with it. */
export interface Reading {
  readonly activation: Features;
  readonly gradient: Features;
}

/** Which layers are read in the passes of changed pictures, by which rule. */
export interface ReadingRequest {
  /** Of those with positions; by default the probe's own. */
  readonly layers?: readonly Layer[];
  readonly rule?: BackwardRule;
}

/** Lets a method ask one sample's network what it would say if something were different. Work goes chunk by chunk, in bounded memory. */
export interface Probe {
  /** The layer, unchanged. At the input for methods that explain the picture itself. */
  readonly activation: Features;
  /** The picture as fed, [channels, height, width]. */
  readonly picture: Features;
  /** The target's score, unchanged. */
  readonly score: number;
  readonly random: Random;
  /** How many changed values the method may run, whatever it would like. Infinity unless the caller set one. */
  readonly budget: number;
  /** All of the model's layers, the input first. */
  readonly layers: readonly Layer[];
  /** The target's score for each of `count` pictures; `change` starts from the true one. */
  readonly scoresOfPictures: (count: number, change: Change) => Promise<Float64Array>;
  /** The target's score for each of `count` activations; `change` starts from the true one. */
  readonly scoresOfActivations: (count: number, change: Change) => Promise<Float64Array>;
  /** d score / d activation at each of `count` activations (at the input layer: pictures), handed to `each` in order. */
  readonly gradients: (
    count: number,
    change: Change,
    each: (gradient: Features, index: number) => void,
  ) => Promise<void>;
  /** Activation and gradient of layers in a pass of each of `count` pictures, handed to `each` in order, by the layers' names. */
  readonly readings: (
    count: number,
    change: Change,
    each: (readings: ReadonlyMap<string, Reading>, index: number) => void,
    request?: ReadingRequest,
  ) => Promise<void>;
}

/** What a probe stands on: one sample, everything as a batch of one. */
export interface ProbeSite extends RunOptions {
  readonly model: Model;
  readonly inputs: Inputs;
  readonly layer: Layer;
  readonly grid: Grid;
  /** As read: [1, ...dims]. */
  readonly raw: Tensor;
  /** Settled: the same for every changed value. */
  readonly target: Target;
  readonly score: number;
  readonly random: Random;
  readonly budget: number;
  /** How many changed values are run at a time. */
  readonly chunk: number;
}

/** Batches of at most `chunk` copies of `original` [1, ...], each changed in place. */
function* changed(
  original: Tensor,
  grid: Grid,
  count: number,
  chunk: number,
  change: Change,
): Generator<{ readonly from: number; readonly batch: Tensor }> {
  const maps = featuresOf(original, grid, 0);
  const size = sizeOf(original.dims);
  for (let from = 0; from < count; from += chunk) {
    const length = Math.min(chunk, count - from);
    const data = new Float32Array(length * size);
    for (let i = 0; i < length; i++) {
      const slot = data.subarray(i * size, (i + 1) * size);
      slot.set(original.data);
      if (grid.kind === 'map') {
        change(from + i, slot);
      } else {
        const values = { ...maps, data: maps.data.slice() };
        change(from + i, values.data);
        writeFeatures(values, grid, slot);
      }
    }
    yield { from, batch: { data, dims: [length, ...original.dims.slice(1)] } };
  }
}

const MAP: Grid = { kind: 'map' };

export function probeOf(site: ProbeSite): Probe {
  const { model, inputs, layer, grid, raw, target, chunk, signal } = site;
  const options: RunOptions = signal ? { signal } : {};
  const { name: port, tensor: picture } = pictureOf(model, inputs);
  const scores = (outputs: Outputs, from: number, into: Float64Array): void => {
    for (let i = 0; i < (outputs.output.dims[0] ?? 0); i++)
      into[from + i] = target.evaluate(outputsOf(model, outputs, i)).score;
  };
  return {
    activation: featuresOf(raw, grid, 0),
    picture: featuresOf(picture, MAP, 0),
    score: site.score,
    random: site.random,
    budget: site.budget,
    layers: model.layers,
    scoresOfPictures: async (count, change) => {
      const found = new Float64Array(count);
      for (const { from, batch } of changed(picture, MAP, count, chunk, change)) {
        scores(await model.run(withPicture(inputs, port, batch), options), from, found);
      }
      return found;
    },
    scoresOfActivations: async (count, change) => {
      const found = new Float64Array(count);
      for (const { from, batch } of changed(raw, grid, count, chunk, change)) {
        scores(await model.resume(pointAt(layer, batch, inputs), options), from, found);
      }
      return found;
    },
    gradients: async (count, change, each) => {
      for (const { from, batch } of changed(raw, grid, count, chunk, change)) {
        const point = pointAt(layer, batch, inputs);
        const length = batch.dims[0] ?? 0;
        const targets = new Array<Target>(length).fill(target);
        const seed = classSeed(targets) ?? slopeSeed(model, await model.resume(point, options), targets);
        const gradient = await model.pull(point, seed, options);
        for (let i = 0; i < length; i++) each(featuresOf(gradient, grid, i), from + i);
      }
    },
    readings: async (count, change, each, { layers = [layer], rule = 'exact' } = {}) => {
      const grids = new Map(layers.map((one) => [one.name, one.name === layer.name ? grid : (one.grid ?? MAP)]));
      for (const { from, batch } of changed(picture, MAP, count, chunk, change)) {
        const length = batch.dims[0] ?? 0;
        const targets = new Array<Target>(length).fill(target);
        const pass = await differentiate(model, withPicture(inputs, port, batch), layers, targets, {
          rule,
          ...options,
        });
        for (let i = 0; i < length; i++) {
          const seen = (values: typeof pass.gradients, [name, at]: readonly [string, Grid]): Features =>
            featuresOf(valueAt(values, name, model), at, i);
          const readings = [...grids].map(
            (one) =>
              [one[0], { activation: seen(pass.activations, one), gradient: seen(pass.gradients, one) }] as const,
          );
          each(new Map(readings), from + i);
        }
      }
    },
  };
}
