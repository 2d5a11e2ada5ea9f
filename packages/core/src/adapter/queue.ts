/** Runs jobs one after the other: what a job uses must not be released under it. */
export class Queue {
  #last: Promise<unknown> = Promise.resolve();

  /** The signal is checked before the job starts; a job that runs looks at it itself. */
  add<T>(job: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const next = this.#last.then(() => {
      signal?.throwIfAborted();
      return job();
    });
    this.#last = next.catch(() => undefined);
    return next;
  }
}
