import { sizeOf, type Tensor } from '../tensor.ts';

/** Axis i as a caller sees a tensor is axis `order[i]` as the model stores it. */
export type Order = readonly number[];

/** Turns the axes: axis i of the result is axis `order[i]`. The values are copied. */
export function permuted({ data, dims }: Tensor, order: Order): Tensor {
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

/** Takes {@link permuted} back. */
export function restored(tensor: Tensor, order: Order): Tensor {
  return permuted(
    tensor,
    order.map((_, axis) => order.indexOf(axis)),
  );
}

/** [N, ...space, C] is seen as [N, C, ...space]. */
export function channelsLastOrder(rank: number): Order {
  return [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, axis) => axis + 1)];
}

/** [N, ...space, C] to [N, C, ...space] */
export function channelsFirst(tensor: Tensor): Tensor {
  return permuted(tensor, channelsLastOrder(tensor.dims.length));
}

/** [N, C, ...space] to [N, ...space, C] */
export function channelsLast(tensor: Tensor): Tensor {
  return restored(tensor, channelsLastOrder(tensor.dims.length));
}
