// Pause before editing: every backend implements this. Could it be a helper in core instead?
import type { Tensor } from './tensor.ts';

/** A lone tensor is the (only) picture input; a map names several. Values are cast to the port's declared type, an inexact cast is a `bad-input` error. */
export type Inputs = Tensor | ReadonlyMap<string, Tensor>;

/** What is pulled back: each sample's own top class, one class per sample, a cotangent of the score output, or cotangents by output name (missing = zero). */
export type Seed = 'top' | readonly number[] | Tensor | ReadonlyMap<string, Tensor>;

/** Which backward rule an activation uses: the true gradient, or guided backpropagation's (positive gradients only). */
export type BackwardRule = 'exact' | 'guided';

export interface Port {
  readonly name: string;
  /** The runtime's own word: "float32", "float16", "uint8", "int64", ... */
  readonly type: string;
  /** As fed and fetched: batch first, pictures channels first; null where any size is taken. */
  readonly dims: readonly (number | null)[];
  /** The model itself holds it channels last; the backend transposes. For those who have data in the model's own layout. */
  readonly channelsLast?: boolean;
}

/** How a layer is seen as a picture. Axes count from 0 and include the batch axis. */
export type Grid =
  /** A feature map as read: [batch, channels, ...space]. */
  | { readonly kind: 'map' }
  /** Tokens [batch, prefix + height * width, channels]: the first `prefix` tokens (class, distillation, registers) are no positions. */
  | { readonly kind: 'tokens'; readonly prefix: number; readonly height: number; readonly width: number };

/** One reason why no gradient reaches a layer. */
export interface Blocker {
  readonly node: string;
  /** "Loop", or "com.microsoft.Attention" outside of the standard domain. */
  readonly op: string;
  /** The operator set version the model declares for the operator's domain; null where the backend has none. */
  readonly opset: number | null;
  readonly reason: string;
}

export interface Layer {
  /** The tensor's name (ONNX), layer or node path (tfjs). */
  readonly name: string;
  /** Node name, exporter's module path ("layer4.2"), anything a person would type. */
  readonly aliases: readonly string[];
  /** "Conv", "Relu", "conv2d", ...: what made it, for people and for the automatic choice. */
  readonly kind: string;
  /** As read by `run`: batch first, channels first where `grid` is a map; null where it depends on the input. */
  readonly dims: readonly (number | null)[];
  readonly grid: Grid | null;
  /** A path from input to score goes around it, so `resume` and `pull` need the inputs too. */
  readonly bypassed: boolean;
  /** The score depends on it. */
  readonly onPath: boolean;
  /** Only pooling and reshaping lie between it and the score: one channel per class, a poor layer for Grad-CAM. */
  readonly classMap: boolean;
  /** Why a gradient cannot reach it; empty = it can. */
  readonly blocked: readonly Blocker[];
  /** Values are rounded to integers on the way to the score: its gradient is straight-through, which differences of the score need not show. */
  readonly rounded?: boolean;
  /**
   * What its own operator adds to each channel, whatever comes in: a convolution's bias, beta - mean gamma / sqrt(variance + epsilon) of a
   * batch normalisation. Absent where nothing is added, or the backend does not tell; `unknown` where something is that is no constant per channel.
   */
  readonly bias?: Float32Array | 'unknown';
}

export interface RunOptions {
  readonly signal?: AbortSignal;
}

export interface RunRequest extends RunOptions {
  readonly layers?: readonly string[];
  readonly seed?: Seed;
  readonly rule?: BackwardRule;
}

export interface Outputs {
  /** The score: logits [batch, classes] for a classifier. */
  readonly output: Tensor;
  readonly outputs: ReadonlyMap<string, Tensor>;
}

export interface Pass extends Outputs {
  readonly activations: ReadonlyMap<string, Tensor>;
  /** Empty without a seed; otherwise one per requested layer, of its activation's dims. */
  readonly gradients: ReadonlyMap<string, Tensor>;
}

/** A value of one layer. `inputs` only where the layer is bypassed; a batch of 1 there repeats. */
export interface Point {
  readonly layer: string;
  readonly activation: Tensor;
  readonly inputs?: Inputs;
}

/** What a score means: unbounded, already squashed by a softmax or sigmoid nobody could look behind, or not a classifier's. */
export type ScoreKind = 'logit' | 'probability' | 'raw';

export interface Score {
  /** The tensor that is differentiated: logits where they can be found. */
  readonly output: string;
  readonly kind: ScoreKind;
  /** What the model itself applies to the score afterwards, so that probabilities can be told. */
  readonly activation: 'softmax' | 'sigmoid' | null;
}

export interface Model {
  /** Prefix of messages: "onnxruntime-web (wasm)". */
  readonly backend: string;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly score: Score;
  /** In execution order; the first is the input itself. */
  readonly layers: readonly Layer[];
  /** ONE forward. Reads `layers`; with a seed, also d<seed, outputs>/d activation for each of them. */
  run(inputs: Inputs, request?: RunRequest): Promise<Pass>;
  /** The outputs if `point.layer` had this value. Computes only what lies behind the layer. */
  resume(point: Point, options?: RunOptions): Promise<Outputs>;
  /** The gradient at `point`. Computes only what lies behind the layer: another class without the network in front of it. */
  pull(point: Point, seed: Seed, options?: RunOptions & { readonly rule?: BackwardRule }): Promise<Tensor>;
  /** Idempotent; later calls reject with `disposed`. */
  dispose(): Promise<void>;
}
