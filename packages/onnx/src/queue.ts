import type { Ort } from './runtime.ts';

/** Runs jobs one after the other: sessions must not be released under a running one. */
export class Queue {
  #last: Promise<unknown> = Promise.resolve();

  /** Checked before the job starts; a job that runs looks at the signal itself. */
  add<T>(job: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const next = this.#last.then(() => {
      signal?.throwIfAborted();
      return job();
    });
    this.#last = next.catch(() => undefined);
    return next;
  }
}

const shared = new WeakMap<Ort, Queue>();

/**
 * The queue of a new model. onnxruntime-web is one WebAssembly module, which never answers when sessions are created while
 * others run, so all models on it share a queue; onnxruntime-node takes calls side by side.
 */
export function queueFor(ort: Ort): Queue {
  if (ort.env.versions.web === undefined) return new Queue();
  const queue = shared.get(ort) ?? new Queue();
  shared.set(ort, queue);
  return queue;
}
