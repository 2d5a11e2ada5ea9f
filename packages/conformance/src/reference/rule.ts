import type { NodeOf, OperationName } from '../graph/node.ts';
import type { Values } from './values.ts';

/** One operation: its value, and the gradients of its inputs from that of its output. Shapes as in `graph/node.ts`, batch first. */
export interface Rule<Op extends OperationName = OperationName> {
  readonly forward: (node: NodeOf<Op>, inputs: readonly Values[]) => Values;
  /** One gradient per input: sum over outputs of gradient * d output / d input. */
  readonly backward: (
    node: NodeOf<Op>,
    gradient: Values,
    inputs: readonly Values[],
    output: Values,
  ) => readonly Values[];
}

export type Rules<Op extends OperationName> = { readonly [K in Op]: Rule<K> };

/** The only input of an operation that has one. */
export function only([x]: readonly Values[]): Values {
  if (!x) throw new Error('an operation without an input');
  return x;
}
