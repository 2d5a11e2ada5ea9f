import { GradcamError } from '../errors.ts';
import type { Tensor } from '../tensor.ts';
import { agree, joined, samples } from './batches.ts';

type Results = ReadonlyMap<string, Tensor>;

/** Runs samples `from` to `to`, the last repeated up to `length`; the results hold `length` samples. */
export type RunSamples = (from: number, to: number, length: number) => Promise<Results>;

/** Runs any number of samples as the model allows: together, in pieces of a fixed size, or, where they turn out to mix, one by one. */
export class Batcher {
  #size: number | null;
  #checked = false;

  /** @param size the only batch size that the model takes; null where any is taken */
  constructor(size: number | null) {
    this.#size = size;
  }

  async run(batch: number, run: RunSamples, signal?: AbortSignal): Promise<Results> {
    const one = async (from: number, to: number, length: number = to - from): Promise<Results> => {
      signal?.throwIfAborted();
      const results = await run(from, to, length);
      signal?.throwIfAborted();
      return length === to - from
        ? results
        : new Map([...results].map(([name, tensor]) => [name, samples(tensor, 0, to - from)]));
    };
    if (this.#size === null && batch > 1 && !this.#checked) {
      const together = await one(0, batch).catch((error: unknown) =>
        error instanceof GradcamError ? undefined : Promise.reject(error),
      );
      this.#checked = true;
      if (together && agree(together, await one(0, 1), 0) && agree(together, await one(batch - 1, batch), batch - 1))
        return together;
      this.#size = 1;
    }
    if (this.#size === null) return one(0, batch);
    const parts: Results[] = [];
    for (let from = 0; from < batch; from += this.#size)
      parts.push(await one(from, Math.min(batch, from + this.#size), this.#size));
    return joined(parts);
  }
}
