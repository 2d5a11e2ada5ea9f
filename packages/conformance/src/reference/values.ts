import { sizeOf } from '@gradcam/core';

/** Row-major float64, axis 0 the batch. */
export interface Values {
  readonly data: Float64Array;
  readonly dims: readonly number[];
}

export function zeros(dims: readonly number[]): Values {
  return { data: new Float64Array(sizeOf(dims)), dims };
}

/** f of every value, and of its index. */
export function mapped({ data, dims }: Values, f: (value: number, index: number) => number): Values {
  return { data: data.map(f), dims };
}

/** The value at a flat index; 0 outside. */
export const at = (values: ArrayLike<number>, index: number): number => values[index] ?? 0;
