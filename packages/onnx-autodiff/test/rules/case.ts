import type { Attributes } from '../../src/emit/node-proto.ts';
import type { Dims } from '../../src/graph/types.ts';

/** A float64 array with its sizes: what reference functions take and give. */
export interface Array64 {
  readonly data: Float64Array;
  readonly dims: readonly number[];
}

/** An operand of a case. Dims alone are a differentiable float32 input of seeded normal values. */
export interface Operand {
  readonly dims: readonly number[];
  readonly type?: string;
  /** Given values instead of drawn ones. */
  readonly values?: readonly number[];
  /** Drawn values lie within [low, high] instead of being normal. */
  readonly range?: readonly [low: number, high: number];
  /** Drawn values keep a distance of 0.05 from these kinks. */
  readonly kinks?: readonly number[];
  /** Drawn values differ by at least 0.1 from each other, so that no maximum is a tie. */
  readonly distinct?: boolean;
  /** An initializer instead of an input: not differentiated, and known before the model runs. */
  readonly constant?: boolean;
  /** An input that is not differentiated. */
  readonly fixed?: boolean;
  /** An absent optional operand. */
  readonly absent?: boolean;
}

/** Computes the outputs in float64, in plain loops: the forward only, its derivative is taken by differences. */
export type Reference = (inputs: readonly Array64[]) => Array64 | readonly Array64[];

/** One row of the table that checks a rule. */
export interface Case {
  readonly op: string;
  readonly domain?: string;
  /** What this row is about, where an operator has several. */
  readonly about?: string;
  /** First and last opset of the standard domain at which to run; by default where the rule holds. */
  readonly since?: number;
  readonly until?: number;
  readonly inputs: readonly (readonly number[] | Operand)[];
  /** Attributes, where need be by opset. */
  readonly attributes?: Attributes | ((opset: number) => Attributes);
  /** Sizes of the outputs are found by running; how many there are, or which of them (false: left out). */
  readonly outputs?: number | readonly boolean[];
  /** The operator is linear in each differentiated input alone: checked by the adjoint identity. Else the reference says what it computes. */
  readonly reference: 'linear' | Reference;
  /** Declares input sizes as free, so that the rule's run-time forms are checked. */
  readonly freeDims?: boolean;
}

export function operandOf(input: readonly number[] | Operand): Operand {
  return 'dims' in input ? input : { dims: input };
}

export const differentiable = (operand: Operand): boolean =>
  !operand.constant &&
  !operand.fixed &&
  !operand.absent &&
  (operand.type === undefined || operand.type === 'float32' || operand.type === 'float16');

/** Opsets at which some form of the patch differs. */
export const OPSETS: readonly number[] = [7, 8, 9, 10, 11, 12, 13, 14, 16, 18, 19, 21, 23, 24, 26];

export type { Dims };
