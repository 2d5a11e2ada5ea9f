import type { Emitter } from '../emit/emitter.ts';
import type { Value } from '../emit/tape.ts';
import type { Node } from '../graph/node.ts';

/** As many values as an operator may have: an absent one is undefined at run time, and a rule asks `has` first where it may be. */
export type Values = readonly [Value, Value, Value, Value, Value, ...Value[]];

/** The scale with which integers stand for real numbers. */
export interface Scale {
  readonly name: string;
  readonly scale: Value;
  /** Where the file knows them. */
  readonly values: readonly number[] | undefined;
}

/** What a rule sees of one node. Float tensors come as float32, whatever the model stores, quantised ones as the real numbers they stand for. */
export interface Context {
  readonly e: Emitter;
  /** Attributes, number of inputs and outputs. */
  readonly node: Node;
  /** Operator set version of the node's domain. */
  readonly opset: number;
  /** Inputs, by position. */
  readonly x: Values;
  /** Inputs as the model has them: quantised, indices, sizes. */
  readonly raw: Values;
  /** The first output. Prefer it over inputs: the runtime can then fuse what came before. */
  readonly y: Value;
  /** The first output as the model has it. */
  readonly rawY: Value;
  /** All outputs. */
  readonly ys: Values;
  /** The gradient of the first output, of its sizes. */
  readonly g: Value;
  /** Gradients of all outputs; undefined where nothing on the path reads one. */
  readonly gs: readonly (Value | undefined)[];
  /** Whether the optional input is there. */
  readonly has: (input: number) => boolean;
  /** The scale that an input was quantised with, where that is known. */
  readonly quantisation: (input: number) => Scale | undefined;
  /** The input holds int32 sums of integer products, which a Cast brings back to float. */
  readonly sums: (input: number) => boolean;
  /** The values of an input that is a small constant of the file. */
  readonly constant: (input: number) => readonly number[] | undefined;
}

/** Why one input has no gradient here; the reason ends in what to do. */
export interface Missing {
  readonly missing: string;
}

/** Builds the gradient of one input when asked; null where none exists by nature (sizes, indices, conditions). */
export type InputGradient = (() => Value) | Missing | null;

/** "No rule yet" for one input, as opposed to "no gradient by nature" (null). */
export function missing(reason: string): Missing {
  return { missing: reason };
}

/** The vector-Jacobian product of one operator: from the gradients of its outputs to those of its inputs, one entry per input. */
export type Vjp = (context: Context) => readonly InputGradient[];

export interface Rule {
  readonly op: string;
  readonly domain?: string;
  /** First and last operator set version of the model for which this row holds. */
  readonly since?: number;
  readonly until?: number;
  /** The operands broadcast; the sweep sums the gradients back to their sizes. */
  readonly broadcasts?: boolean;
  /** A limit that the table of operators in the documentation mentions. */
  readonly note?: string;
  /** A reason why this very node cannot be differentiated. */
  readonly check?: (node: Node) => string | undefined;
  /** 'none': the operator has no gradient by nature, so the sweep stops there. Missing: it is known, and refused. */
  readonly vjp: Vjp | Missing | 'none';
}

/** Rows for operators that are known and have no rule, with the reason. */
export function refusing(domain: string, ops: readonly string[], reason: string): Rule[] {
  return ops.map((op) => ({ op, domain, vjp: missing(reason) }));
}

export type RuleTable = readonly Rule[];

/** The row for a node; undefined where there is no rule yet. */
export function ruleFor(table: RuleTable, node: Node): Rule | undefined {
  const opset = node.opset ?? 1;
  return table.find(
    (rule) =>
      rule.op === node.op &&
      (rule.domain ?? '') === node.domain &&
      opset >= (rule.since ?? 0) &&
      opset <= (rule.until ?? Number.POSITIVE_INFINITY),
  );
}
