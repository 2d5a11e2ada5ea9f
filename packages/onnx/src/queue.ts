/** Runs jobs one after the other: a runtime's calls share one queue anyway, and sessions must not be released under a running one. */
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
