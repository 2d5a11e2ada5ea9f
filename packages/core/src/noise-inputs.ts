import type { Model, Port } from './model.ts';
import { type Random, xoshiro128 } from './random.ts';
import { sizeOf, type Tensor } from './tensor.ts';

/** Sides of pictures to try where a model takes any. */
const SIDES = [224, 256, 128, 64, 32, 299, 384, 512];

/** Length of lists of ids, masks and the like. */
const LIST = 16;

/** Normal noise for float inputs, bytes for pictures of bytes, ones for ids and masks. */
function sampled({ type, dims }: Port, { normal, uniform }: Random): number {
  if (type.startsWith('float')) return normal();
  return type === 'uint8' && dims.length > 2 ? Math.floor(256 * uniform()) : 1;
}

/**
 * Seeded noise that the model takes, one sample; sizes that it leaves free are tried until it runs.
 * @throws what the model throws at the last size
 */
export async function noiseInputs(model: Model, seed = 1): Promise<ReadonlyMap<string, Tensor>> {
  const free = model.inputs.some(({ dims }) => dims.length > 2 && dims.slice(1).includes(null));
  let failure: unknown;
  for (const side of free ? SIDES : [0]) {
    const random = xoshiro128(seed);
    const inputs = new Map(
      model.inputs.map((port) => {
        const dims = port.dims.map((dim, axis) => dim ?? (axis === 0 ? 1 : port.dims.length > 2 ? side : LIST));
        return [port.name, { data: Float32Array.from({ length: sizeOf(dims) }, () => sampled(port, random)), dims }];
      }),
    );
    try {
      await model.run(inputs);
      return inputs;
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
