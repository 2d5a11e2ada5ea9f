import type { Prediction } from './predict.ts';
import type { Tensor } from './tensor.ts';
import type { Warning } from './warnings.ts';

/** Of the shape of an {@link Explanation}: changes when a field changes its meaning. */
export const EXPLANATION_VERSION = 1;
/** Of the numbers: changes when a default would give a different map for the same model and input. */
export const NUMERICS_VERSION = 1;

/** How a layer came to be the one. */
export type Chosen = 'auto' | 'given';

export interface ExplainedLayer {
  readonly name: string;
  /** Of one sample, as read: [channels, ...space] or [tokens, channels]. */
  readonly dims: readonly number[];
  readonly chosen: Chosen;
  /** For people: why this one. */
  readonly reason: string;
}

export interface ExplainedTarget {
  readonly name: string;
  /** The class, where the target is about one. */
  readonly index: number | null;
  readonly score: number;
  /** Of the class; null where there is none or the model is no classifier. */
  readonly probability: number | null;
}

/** Why a model said what it said about one sample. Plain data; nothing in it is a picture yet. */
export interface Explanation {
  readonly version: number;
  readonly numerics: number;
  readonly backend: string;
  readonly method: string;
  readonly layer: ExplainedLayer;
  readonly target: ExplainedTarget;
  /** Best first. */
  readonly predictions: readonly Prediction[];
  /** Raw and signed, before ReLU and any scaling, at the layer's resolution: dims [height, width], or [length], or [depth, height, width]. */
  readonly map: Tensor;
  /** One per channel of the layer, for methods that weigh channels; null for others. */
  readonly weights: Float64Array | null;
  /** Of the random numbers, where the method draws any. */
  readonly seed: number;
  readonly warnings: readonly Warning[];
}
