import { GradcamError } from './errors.ts';
import { factorise } from './factorise.ts';
import { type Features, featuresOf, writeFeatures } from './features.ts';
import { checkInputs, inputsOf, pictureOf } from './inputs.ts';
import { deepFeatureFactorization } from './methods/deep-feature-factorization.ts';
import type { Inputs, Model, RunOptions } from './model.ts';
import { valueAt } from './pass.ts';
import { placesOf, type Where } from './place.ts';
import { pointAt } from './point-at.ts';
import { type Prediction, predictions } from './predict.ts';
import { xoshiro128 } from './random.ts';
import { reached } from './reached.ts';
import { outputsOf } from './seeds.ts';
import { sizeOf, type Tensor } from './tensor.ts';

export interface ConceptOptions extends RunOptions, Where {
  readonly layer?: string;
  /** How many concepts. Default 5. */
  readonly count?: number;
  /** Of the start, which decides among local minima. Default 0. */
  readonly seed?: number;
  /** How many classes to list per concept. Default 5. */
  readonly predictions?: number;
}

/** A pattern of channels that recurs over positions and pictures. */
export interface Concept {
  /** What the layer holds where the concept is strongest, [channels]. */
  readonly vector: Float32Array;
  /** Where it is, 0..1, one map per picture; the peak over all pictures is 1. */
  readonly maps: readonly Tensor[];
  /** What the network behind the layer says when every position holds the concept, best first. */
  readonly predictions: readonly Prediction[];
}

export interface Concepts {
  readonly layer: string;
  readonly concepts: readonly Concept[];
  /** What the concepts leave unexplained of the activations, by the L2 norm, in 0..1. */
  readonly error: number;
}

/** Activations of all samples side by side, as one sample [channels, samples * positions]. */
function sideBySide(all: readonly [Features, ...Features[]]): Features {
  const [{ channels, positions }] = all;
  const wide = positions * all.length;
  const data = new Float32Array(channels * wide);
  all.forEach((one, n) => {
    for (let k = 0; k < channels; k++)
      data.set(one.data.subarray(k * positions, (k + 1) * positions), k * wide + n * positions);
  });
  return { data, channels, space: [wide], positions: wide };
}

/**
 * Deep Feature Factorization (Collins et al. 2018, arXiv 1806.10206): the activations of a layer over all pictures of the batch as a few
 * non-negative concepts, and what the rest of the network makes of each. One forward, and one pass behind the layer.
 * @throws GradcamError as `explain`; `bad-option` when `count` is no whole number of at least 1
 */
export async function findConcepts(model: Model, inputs: Inputs, options: ConceptOptions = {}): Promise<Concepts> {
  const { count = 5, seed = 0, signal } = options;
  if (!Number.isInteger(count) || count < 1)
    throw new GradcamError('bad-option', `${count} concepts are asked for; expected a whole number of at least 1`);
  checkInputs(model, inputs);
  const [candidates] = placesOf(model, deepFeatureFactorization, options);
  if (!candidates) throw new GradcamError('bad-option', 'no layer was given; expected a name');
  const run: RunOptions = signal ? { signal } : {};
  const layers = candidates.map((place) => place.layer.name);
  // Of several token grids, the gradient of any class tells which is read.
  const pass = await model.run(inputs, { layers, ...(layers.length > 1 ? { seed: 'top' } : {}), ...run });
  const { layer, grid } = reached(candidates, pass, pictureOf(model, inputs).tensor.dims[0] ?? 1);
  const value = valueAt(pass.activations, layer.name, model);
  const stray = value.data.reduce((sum, one) => sum + (Number.isFinite(one) ? 0 : 1), 0);
  if (stray > 0) {
    throw new GradcamError(
      'bad-input',
      `${stray} of ${value.data.length} values of the activation of ${layer.name} are not finite; expected numbers; look for overflow in front of it`,
    );
  }
  const [batch = 1, ...dims] = value.dims;
  const samples = Array.from({ length: batch }, (_, n) => featuresOf(value, grid, n));
  const [first] = samples;
  if (!first) throw new GradcamError('bad-input', 'the batch is empty; expected one or more samples');
  const factors = factorise(sideBySide([first, ...samples.slice(1)]), count, xoshiro128(seed));
  const { channels, positions, space } = first;
  const vectors = Array.from({ length: count }, (_, j) =>
    Float32Array.from(
      { length: channels },
      (_k, k) => (factors.vectors[j * channels + k] ?? 0) + (factors.offsets[k] ?? 0),
    ),
  );
  const size = sizeOf(dims);
  const filled = new Float32Array(count * size);
  vectors.forEach((vector, j) => {
    const slot = filled.subarray(j * size, (j + 1) * size);
    slot.set(value.data.subarray(0, size)); // the tokens before a grid's positions stay those of the first sample
    const data = Float32Array.from(
      { length: channels * positions },
      (_, at) => vector[Math.floor(at / positions)] ?? 0,
    );
    writeFeatures({ ...first, data }, grid, slot);
  });
  const means = { data: filled, dims: [count, ...dims] };
  const said = await model.resume(pointAt(layer, means, inputsOf(inputs, 0)), run);
  return {
    layer: layer.name,
    error: factors.error,
    concepts: vectors.map((vector, j) => ({
      vector,
      maps: samples.map((_, n) => {
        const from = (j * batch + n) * positions;
        return { data: Float32Array.from(factors.maps.subarray(from, from + positions)), dims: space };
      }),
      predictions: predictions(outputsOf(model, said, j), options.predictions ?? 5),
    })),
  };
}
