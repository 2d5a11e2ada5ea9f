import type { Constant } from '../models/build.ts';
import { generator, hash } from '../rules/random.ts';

export const scalar = (value: number): Constant => ({ dims: [], values: [value] });
export const zero = (type: string, value: number): Constant => ({ type, dims: [], values: [value] });

/** Random integers of a type. */
export function integers(type: string, dims: readonly number[]): Constant {
  const random = generator(hash(`${type} ${dims}`));
  const [low, high] = type === 'int8' ? [-127, 127] : [0, 255];
  return {
    type,
    dims,
    values: Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => Math.round(low + (high - low) * random())),
  };
}

/** (q - zero) * scale, one scale and zero per index of `axis` or one for all. */
export function real(q: Constant, scales: readonly number[], zeros: readonly number[], axis = 0): Constant {
  const inner = q.dims.slice(axis + 1).reduce((a, b) => a * b, 1);
  const count = q.dims[axis] ?? 1;
  return {
    dims: q.dims,
    values: Float32Array.from(q.values, (value, i) => {
      const index = scales.length === 1 ? 0 : Math.floor(i / inner) % count;
      return Math.fround(value - (zeros[index] ?? 0)) * (scales[index] as number);
    }),
  };
}
