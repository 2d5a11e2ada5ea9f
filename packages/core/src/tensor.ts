import { GradcamError } from './errors.ts';

/** Row-major float32 on the CPU; axis 0 is the batch, pictures and feature maps are channels first. Never mutated after it is handed over. */
export interface Tensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** How many values `dims` hold: their product, 1 for a scalar. */
export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/**
 * Data and its dimensions as one value; nothing is copied.
 * @throws GradcamError `bad-input` when a dimension is not a whole number >= 0 or the sizes disagree
 */
export function tensor(data: Float32Array, dims: readonly number[]): Tensor {
  if (!dims.every((dim) => Number.isSafeInteger(dim) && dim >= 0)) {
    throw new GradcamError('bad-input', `dims [${dims}] are not whole numbers; expected for example [1, 3, 224, 224]`);
  }
  if (data.length !== sizeOf(dims)) {
    throw new GradcamError(
      'bad-input',
      `the data holds ${data.length} values, but dims [${dims}] want ${sizeOf(dims)}; give the dims the data was made with`,
    );
  }
  return { data, dims };
}

/**
 * Tensors [N, ...] of one kind as one batch, in order: pictures that were prepared one by one are then explained in one pass.
 * @throws GradcamError `bad-input` when there are none, or their dims differ beyond the first
 */
export function batchOf(tensors: readonly Tensor[]): Tensor {
  const [first] = tensors;
  if (!first) throw new GradcamError('bad-input', 'there are no tensors to put into a batch; expected one or more');
  const rest = first.dims.slice(1);
  const other = tensors.find(({ dims }) => `${dims.slice(1)}` !== `${rest}`);
  if (other) {
    throw new GradcamError(
      'bad-input',
      `tensors of dims [${first.dims}] and [${other.dims}] make no batch; expected the same dims but for the first`,
    );
  }
  return concatenated(tensors);
}

/** Tensors [N, ...] one after the other, the first's dims beyond N taken as all of theirs. */
export function concatenated(tensors: readonly Tensor[]): Tensor {
  const data = new Float32Array(tensors.reduce((length, one) => length + one.data.length, 0));
  let at = 0;
  for (const one of tensors) {
    data.set(one.data, at);
    at += one.data.length;
  }
  return {
    data,
    dims: [tensors.reduce((count, { dims }) => count + (dims[0] ?? 1), 0), ...(tensors[0]?.dims.slice(1) ?? [])],
  };
}
