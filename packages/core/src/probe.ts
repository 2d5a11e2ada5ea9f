import { type Features, featuresOf, writeFeatures } from './features.ts';
import { pictureOf, withPicture } from './inputs.ts';
import type { Grid, Inputs, Model, Outputs, RunOptions } from './model.ts';
import type { Random } from './random.ts';
import { classSeed, outputsOf, slopeSeed } from './seeds.ts';
import type { Target } from './target.ts';
import { sizeOf, type Tensor } from './tensor.ts';

/** Writes the changed values of number `index` as [channels, ...space]. */
export type Change = (index: number, values: Float32Array) => void;

/** Lets a method ask one sample's network what it would say if something were different. Work goes chunk by chunk, in bounded memory. */
export interface Probe {
  /** The layer, unchanged. At the input for methods that explain the picture itself. */
  readonly activation: Features;
  /** The picture as fed, [channels, height, width]. */
  readonly picture: Features;
  /** The target's score, unchanged. */
  readonly score: number;
  readonly random: Random;
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
}

/** What a probe stands on: one sample, everything as a batch of one. */
export interface ProbeSite extends RunOptions {
  readonly model: Model;
  readonly inputs: Inputs;
  readonly layer: string;
  readonly grid: Grid;
  /** As read: [1, ...dims]. */
  readonly raw: Tensor;
  readonly bypassed: boolean;
  /** Settled: the same for every changed value. */
  readonly target: Target;
  readonly score: number;
  readonly random: Random;
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

export function probeOf({
  model,
  inputs,
  layer,
  grid,
  raw,
  bypassed,
  target,
  score,
  random,
  chunk,
  signal,
}: ProbeSite): Probe {
  const options: RunOptions = signal ? { signal } : {};
  const { name, tensor: picture } = pictureOf(model, inputs);
  const map: Grid = { kind: 'map' };
  const around = bypassed ? { inputs } : {};
  const scores = (outputs: Outputs, from: number, into: Float64Array): void => {
    for (let i = 0; i < (outputs.output.dims[0] ?? 0); i++)
      into[from + i] = target.evaluate(outputsOf(model, outputs, i)).score;
  };
  return {
    activation: featuresOf(raw, grid, 0),
    picture: featuresOf(picture, map, 0),
    score,
    random,
    scoresOfPictures: async (count, change) => {
      const found = new Float64Array(count);
      for (const { from, batch } of changed(picture, map, count, chunk, change)) {
        scores(await model.run(withPicture(inputs, name, batch), options), from, found);
      }
      return found;
    },
    scoresOfActivations: async (count, change) => {
      const found = new Float64Array(count);
      for (const { from, batch } of changed(raw, grid, count, chunk, change)) {
        scores(await model.resume({ layer, activation: batch, ...around }, options), from, found);
      }
      return found;
    },
    gradients: async (count, change, each) => {
      for (const { from, batch } of changed(raw, grid, count, chunk, change)) {
        const point = { layer, activation: batch, ...around };
        const length = batch.dims[0] ?? 0;
        const targets = new Array<Target>(length).fill(target);
        const seed = classSeed(targets) ?? slopeSeed(model, await model.resume(point, options), targets);
        const gradient = await model.pull(point, seed, options);
        for (let i = 0; i < length; i++) each(featuresOf(gradient, grid, i), from + i);
      }
    },
  };
}
