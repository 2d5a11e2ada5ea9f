import { sizeOf, type Tensor } from '../tensor.ts';

/** Moves axis `from` to `to`; the others keep their order. The values are copied. */
function moveAxis({ data, dims }: Tensor, from: number, to: number): Tensor {
  const order = dims.map((_, axis) => axis).filter((axis) => axis !== from);
  order.splice(to, 0, from);
  const moved = order.map((axis) => dims[axis] as number);
  const strides = dims.map((_, axis) => sizeOf(dims.slice(axis + 1)));
  const steps = order.map((axis) => strides[axis] as number);
  const result = new Float32Array(data.length);
  const at = moved.map(() => 0);
  let source = 0;
  for (let i = 0; i < result.length; i++) {
    result[i] = data[source] as number;
    for (let axis = moved.length - 1; axis >= 0; axis--) {
      at[axis] = (at[axis] as number) + 1;
      source += steps[axis] as number;
      if ((at[axis] as number) < (moved[axis] as number)) break;
      source -= (steps[axis] as number) * (moved[axis] as number);
      at[axis] = 0;
    }
  }
  return { data: result, dims: moved };
}

/** [N, ...space, C] to [N, C, ...space] */
export function channelsFirst(tensor: Tensor): Tensor {
  return moveAxis(tensor, tensor.dims.length - 1, 1);
}

/** [N, C, ...space] to [N, ...space, C] */
export function channelsLast(tensor: Tensor): Tensor {
  return moveAxis(tensor, 1, tensor.dims.length - 1);
}
