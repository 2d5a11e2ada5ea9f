import { xoshiro128 } from '@gradcam/core';
import { type Tensor, tensor, util } from '@tensorflow/tfjs-core';

/** The backends of the tests. */
export const BACKENDS = ['cpu', 'wasm', 'webgl', 'webgpu'] as const;
export type Backend = (typeof BACKENDS)[number];

/** One row of the table that checks the gradient pack. */
export interface Case {
  /** The row of the pack it checks, by kernel. */
  readonly rule: string;
  readonly about: string;
  /** Sizes of the differentiated inputs, drawn from a normal distribution, */
  readonly inputs: readonly (readonly number[])[];
  /** or the values of the first of them. */
  readonly values?: readonly number[];
  readonly run: (...inputs: Tensor[]) => Tensor;
  /** The gradient of a single input in float64; absent where `run` is linear in each input: then the adjoint identity checks it. */
  readonly expected?: (x: ArrayLike<number>, dy: ArrayLike<number>) => ArrayLike<number>;
  /** Where tfjs alone throws or is wrong; absent: on every backend. Elsewhere the rule must be right all the same. */
  readonly wrong?: readonly Backend[];
  /** Where the forward pass exists; absent: everywhere. */
  readonly runs?: readonly Backend[];
}

export const nameOf = ({ rule, about }: Case): string => `${rule}: ${about}`;

/** Standard normal values. */
export function normal(seed: number, size: number): Float32Array {
  const random = xoshiro128(seed);
  return Float32Array.from({ length: size }, () => random.normal());
}

/** A constant operand, a filter say. */
export function constant(shape: readonly number[], seed = 7): Tensor {
  return tensor(normal(seed, util.sizeFromShape([...shape])), [...shape]);
}

/** A case that tfjs alone gets right, of an operator that is linear in each input. */
export const linear = (kernel: string, about: string, inputs: Case['inputs'], run: Case['run']): Case => ({
  rule: kernel,
  about,
  inputs,
  run,
  wrong: [],
});
