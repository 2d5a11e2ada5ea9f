import type { Compat } from './compat.ts';
import type { Fusion } from './fuse.ts';
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
  /** Of several layers the one with the finest map, on whose positions the others are laid. */
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

/** One of several raw maps that an explanation was made of. */
export interface MapPart {
  readonly layer: string;
  /** Which copy of the picture it is of, by augmentation smoothing: "as it is", "flipped, x 0.9". Already turned back. */
  readonly copy: string;
  readonly map: Tensor;
}

/** How the map was made, beyond the method: enough to make it again. */
export interface ExplanationSettings {
  readonly compat: Compat | null;
  readonly eigenSmooth: boolean;
  readonly augSmooth: boolean;
  /** Null where there was one layer. */
  readonly fusion: Fusion | null;
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
  /**
   * Raw and signed, before ReLU and any scaling, at the layer's resolution: dims [height, width], or [length], or [depth, height, width]. Of
   * several layers: each after ReLU over its own largest value, fused, 0..1 at the finest resolution.
   */
  readonly map: Tensor;
  /** The raw maps it was made of; empty where there was one. */
  readonly parts: readonly MapPart[];
  /** One per channel of the layer, for methods that weigh channels; null for others, and where the map is made of several. */
  readonly weights: Float64Array | null;
  /** Of the random numbers, where the method draws any. */
  readonly seed: number;
  readonly settings: ExplanationSettings;
  readonly warnings: readonly Warning[];
}
