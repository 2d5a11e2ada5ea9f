import type { Sink } from './io.ts';

const CELLS = 24;

/** A bar on a terminal; nothing in a pipe. */
export class Progress {
  readonly #sink: Sink;
  readonly #total: number;

  constructor(sink: Sink, total: number) {
    this.#sink = sink;
    this.#total = total;
  }

  /** Shows that `done` are ready and what is under way. */
  show(done: number, doing: string): void {
    if (!this.#sink.isTTY) return;
    const full = Math.round((CELLS * done) / Math.max(1, this.#total));
    const bar = '█'.repeat(full) + '░'.repeat(CELLS - full);
    const line = `${bar} ${done}/${this.#total} ${doing}`;
    this.#sink.write(`\r\x1b[K${line.slice(0, (this.#sink.columns ?? 80) - 1)}`);
  }

  /** Takes the bar away, so that other lines can be written. */
  clear(): void {
    if (this.#sink.isTTY) this.#sink.write('\r\x1b[K');
  }
}
