import type { InferenceSession } from './runtime.ts';

/** What is used of a session. */
export interface Runner {
  run(feeds: InferenceSession.FeedsType, wanted: readonly string[]): Promise<InferenceSession.ReturnType>;
  release(): Promise<void>;
}

/** A loaded model and what the caller needs to know to run it. */
export interface Loaded<Info> {
  readonly session: Runner;
  readonly info: Info;
}

/**
 * The sessions of one model, built when first needed, the least recently used released beyond `capacity`.
 * Each holds the weights of what it computes.
 */
export class Sessions {
  readonly #capacity: number;
  readonly #loaded = new Map<string, Promise<Loaded<unknown>>>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  async get<Info>(key: string, load: () => Promise<Loaded<Info>>): Promise<Loaded<Info>> {
    const known = this.#loaded.get(key) as Promise<Loaded<Info>> | undefined;
    const entry = known ?? load();
    this.#loaded.delete(key);
    this.#loaded.set(key, entry);
    try {
      const loaded = await entry;
      await this.#evict();
      return loaded;
    } catch (error) {
      this.#loaded.delete(key); // a failed load is tried again next time
      throw error;
    }
  }

  async #evict(): Promise<void> {
    while (this.#loaded.size > this.#capacity) {
      const [oldest] = this.#loaded.keys();
      if (oldest === undefined) return;
      await this.#release(oldest);
    }
  }

  async #release(key: string): Promise<void> {
    const entry = this.#loaded.get(key);
    this.#loaded.delete(key);
    const loaded = await entry?.catch(() => undefined);
    await loaded?.session.release();
  }

  async releaseAll(): Promise<void> {
    for (const key of this.#loaded.keys()) await this.#release(key);
  }
}
