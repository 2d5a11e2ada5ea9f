import type { Operand } from '../case.ts';

/** An int64 vector that the file knows. */
export const ints = (...values: readonly number[]): Operand => ({
  dims: [values.length],
  type: 'int64',
  values,
  constant: true,
});

/** The same operand, fed when the model runs. */
export const fed = (operand: Operand): Operand => ({ ...operand, constant: false, fixed: true });

/** An int64 tensor of given sizes. */
export const tensor = (dims: readonly number[], ...values: readonly number[]): Operand => ({
  ...ints(...values),
  dims,
});

/** A float32 vector that the file knows. */
export const floats = (...values: readonly number[]): Operand => ({ dims: [values.length], values, constant: true });

export const absent: Operand = { dims: [0], absent: true };
