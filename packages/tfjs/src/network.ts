import type { Squash } from '@gradcam/core/adapter';
import type { Tensor } from '@tensorflow/tfjs-core';

/** What a node does besides its kernels, where its kind tells: the last function of a classifier, or a mere reshaping before or behind it. */
export type Ending = Squash | 'reshape';

/** What a node adds to each channel, whatever comes in, and the axis it lies along, null where it is the same for all; `unknown` where that is no number per channel of its value. */
export type Added =
  | 'unknown'
  | { readonly axis: number | null; readonly values: (channels: number) => Promise<Float32Array> };

/** One call of a layer or one node of a graph, that depends on the inputs. */
export interface NetworkNode {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly kind: string;
  /** The nodes whose values it reads, weights and constants left out. */
  readonly reads: readonly string[];
  /** Makes one value, and once: it can be given one. */
  readonly single: boolean;
  /** Inside of a loop or a branch, where it has a value per turn, or none; or a list of tensors. */
  readonly hidden: boolean;
  readonly ending: Ending | null;
  /** Where its channels are, if it says so itself. */
  readonly channels: 'first' | 'last' | null;
  /** Control flow, or an operator whose result has a size of its own: runs asynchronously, no gradient passes it. */
  readonly dynamic: boolean;
  /** Absent where the format does not tell; null where nothing is added. */
  readonly added?: Added | null;
  /** Its settings, as the model has them. */
  readonly attrs: Readonly<Record<string, unknown>>;
}

/** An input as the model itself wants it. */
export interface NetworkInput {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly dims: readonly (number | null)[];
  readonly type: 'float32' | 'int32' | 'bool';
}

/** A value that the model returns, and the node that makes it. */
export interface NetworkOutput {
  readonly name: string;
  readonly node: string;
}

/** Device tensors by node name. */
export type Values = ReadonlyMap<string, Tensor>;

/** A model as a graph, of which any part can be run. Cycles run through `hidden` nodes alone. */
export interface Network {
  readonly inputs: readonly NetworkInput[];
  readonly outputs: readonly NetworkOutput[];
  /** By the format's own convention the first axis of every value is the batch, and any batch runs. */
  readonly batchFirst: boolean;
  /** In execution order, the inputs first. */
  readonly nodes: readonly NetworkNode[];
  /** `wanted` from `fed`, which holds all that it depends on. Synchronous; intermediate tensors belong to the caller's scope. */
  compute(fed: Values, wanted: readonly string[]): Values;
  /** The same where dynamic nodes lie between. The caller owns the tensors. */
  computeDynamic(fed: Values, wanted: readonly string[]): Promise<Values>;
  /** What the model's own entry point returns, in the order of `outputs`. */
  predict(fed: Values): Promise<readonly Tensor[]>;
}
