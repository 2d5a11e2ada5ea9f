import type { Tensor } from '@gradcam/core';

/** A pair for height and width. */
export type Pair = readonly [height: number, width: number];

/** `same`: as many positions as ceil(size / stride), the odd cell of padding at the end. Else cells [top, left, bottom, right]. */
export type Padding = 'same' | readonly [top: number, left: number, bottom: number, right: number];

export interface Window {
  readonly size: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
}

/** Nothing besides its inputs. */
type None = object;

/** What a node computes from its inputs, and what it needs for it. Weights are tensors without a batch axis; dims in comments are one sample's. */
export interface Operations {
  readonly input: None;
  /** [C, H, W]; kernel [out, C / groups, height, width], bias [out]. */
  readonly conv: {
    readonly kernel: Tensor;
    readonly bias: Tensor;
    readonly strides: Pair;
    readonly dilations: Pair;
    readonly padding: Padding;
    readonly groups: number;
  };
  readonly relu: None;
  readonly relu6: None;
  readonly sigmoid: None;
  readonly tanh: None;
  readonly gelu: None;
  /** Over the last axis. */
  readonly softmax: None;
  /** [C, H, W], one scale, shift, mean and variance per channel. */
  readonly batchNorm: {
    readonly scale: Tensor;
    readonly shift: Tensor;
    readonly mean: Tensor;
    readonly variance: Tensor;
    readonly epsilon: number;
  };
  /** Over the last axis. */
  readonly layerNorm: { readonly scale: Tensor; readonly shift: Tensor; readonly epsilon: number };
  /** [C, H, W]. */
  readonly maxPool: Window;
  /** [C, H, W]; padding does not count. */
  readonly averagePool: Window;
  /** [C, H, W] -> [C], or [C, 1, 1] where `keep`. */
  readonly globalAverage: { readonly keep: boolean };
  /** [..., in] -> [..., out]; kernel [in, out], bias [out]. */
  readonly dense: { readonly kernel: Tensor; readonly bias: Tensor };
  /** Of two equal dims. */
  readonly add: None;
  /** Of two equal dims, or of [C, H, W] by [C, 1, 1]. */
  readonly multiply: None;
  /** Along the first axis of a sample: the channels of maps. */
  readonly concat: None;
  /** Each cell twice, along height and width. */
  readonly upsample: None;
  /** [C, H, W] -> [H * W, C]. */
  readonly tokens: None;
  /** [T, C] with a learned token put in front -> [1 + T, C]; token [1, C]. */
  readonly prependToken: { readonly token: Tensor };
  /** The same values added to every sample: position embeddings. */
  readonly addConstant: { readonly value: Tensor };
  /** [..., A, B] times [..., B, C], or times the transpose of [..., C, B]; the product times `scale`. */
  readonly matmul: { readonly transposed: boolean; readonly scale: number };
  /** Token `index`: [T, C] -> [C]. */
  readonly takeToken: { readonly index: number };
  /** The mean over the tokens: [T, C] -> [C]. */
  readonly meanToken: None;
  /** Tokens of a grid cut into squares: [H * W, C] -> [windows, size * size, C]. */
  readonly windows: Squares;
  /** And back. */
  readonly unwindows: Squares;
  /** [C, H, W] -> [C * H * W], channels last: what a flattened TensorFlow map holds. */
  readonly flattenLast: None;
  /** Minus half the mean over the samples of the batch: no classifier should, some do. */
  readonly centreBatch: None;
}

export interface Squares {
  readonly grid: Pair;
  readonly size: number;
}

export type OperationName = keyof Operations;
export type Operation = { [Op in OperationName]: { readonly op: Op } & Operations[Op] }[OperationName];

interface Named {
  readonly name: string;
  readonly inputs: readonly string[];
  /** One sample's. */
  readonly dims: readonly number[];
}

/** One tensor of a network and how it comes about. */
export type NodeOf<Op extends OperationName> = { [K in Op]: { readonly op: K } & Operations[K] & Named }[Op];
export type Node = NodeOf<OperationName>;
