import type { Array64, Reference } from './case.ts';

export const sizeOf = (dims: readonly number[]): number => dims.reduce((product, dim) => product * dim, 1);

export function array64(dims: readonly number[], data: ArrayLike<number> = new Float64Array(sizeOf(dims))): Array64 {
  return { dims, data: Float64Array.from(data) };
}

/** The reference of an element-wise operator with one input. */
export function map(f: (x: number) => number): Reference {
  return ([x]) => array64((x as Array64).dims, (x as Array64).data.map(f));
}

/** The position of an element of a broadcast operand. */
function broadcastIndex(at: readonly number[], dims: readonly number[]): number {
  const outer = at.length - dims.length;
  return dims.reduce((index, dim, axis) => index * dim + (dim === 1 ? 0 : (at[axis + outer] as number)), 0);
}

/** Every multi-index of `dims`, row-major. */
export function* indices(dims: readonly number[]): Generator<number[]> {
  const at = dims.map(() => 0);
  for (let left = sizeOf(dims); left > 0; left--) {
    yield [...at];
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      at[axis] = (at[axis] as number) + 1;
      if ((at[axis] as number) < (dims[axis] as number)) break;
      at[axis] = 0;
    }
  }
}

/** The position of a multi-index. */
export function offset(at: readonly number[], dims: readonly number[]): number {
  return dims.reduce((index, dim, axis) => index * dim + (at[axis] as number), 0);
}

/** The reference of an element-wise operator whose operands broadcast. */
export function broadcast(f: (...x: number[]) => number): Reference {
  return (inputs) => {
    const rank = Math.max(...inputs.map((input) => input.dims.length));
    const dims = Array.from({ length: rank }, (_, axis) =>
      Math.max(...inputs.map((input) => input.dims[axis - rank + input.dims.length] ?? 1)),
    );
    const y = array64(dims);
    let i = 0;
    for (const at of indices(dims))
      y.data[i++] = f(...inputs.map((input) => input.data[broadcastIndex(at, input.dims)] as number));
    return y;
  };
}
