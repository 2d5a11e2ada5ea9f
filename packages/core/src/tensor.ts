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
