import type { Pixels, Prediction, Size } from '@gradcam/onnx';
import type {
  Calls,
  Explained,
  ExplainRequest,
  Failure,
  FromWorker,
  ModelInfo,
  OpenRequest,
  PaintRequest,
  Preparation,
} from './protocol.ts';

/** What went wrong in the worker, in the words of the library. */
export class ExplainerError extends Error {
  override readonly name = 'ExplainerError';
  readonly code: Failure['code'];

  constructor({ code, message }: Failure) {
    super(message);
    this.code = code;
  }
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (reason: unknown) => void;
  readonly onPasses: ((passes: number) => void) | undefined;
}

interface AskOptions {
  readonly signal?: AbortSignal;
  /** Told how many runs of the network there have been. */
  readonly onPasses?: (passes: number) => void;
}

/** A model in a worker of its own: to close it gives back all of its memory, whatever it was doing. */
export class Explainer {
  readonly info: ModelInfo;
  readonly #line: Line;

  private constructor(info: ModelInfo, line: Line) {
    this.info = info;
    this.#line = line;
  }

  /** @throws ExplainerError, `signal.reason` */
  static async open(request: OpenRequest, signal: AbortSignal): Promise<Explainer> {
    const line = new Line();
    const stop = (): void => line.close(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    try {
      signal.throwIfAborted();
      const info = await line.ask('open', request);
      signal.throwIfAborted();
      return new Explainer(info, line);
    } catch (error) {
      line.close(error);
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  see(picture: Blob, options?: AskOptions): Promise<Size> {
    return this.#line.ask('see', picture, options);
  }

  explain(request: ExplainRequest, options?: AskOptions): Promise<Explained> {
    return this.#line.ask('explain', request, options);
  }

  predict(preparation: Preparation, options?: AskOptions): Promise<readonly Prediction[]> {
    return this.#line.ask('predict', preparation, options);
  }

  paint(request: PaintRequest): Promise<Pixels> {
    return this.#line.ask('paint', request);
  }

  close(): void {
    this.#line.close(new ExplainerError({ code: 'disposed', message: 'another model took its place' }));
  }
}

/** Questions to a worker, and its answers. */
class Line {
  readonly #worker = new Worker(new URL('./worker/worker.ts', import.meta.url), { type: 'module' });
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;
  #closed: { readonly reason: unknown } | undefined;

  constructor() {
    this.#worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => this.#hear(data));
    this.#worker.addEventListener('error', ({ message }) => {
      const why = message || 'a part of this page could not be loaded';
      this.close(new ExplainerError({ code: 'unknown', message: `the worker stopped: ${why}; reload the page` }));
    });
  }

  ask<Call extends keyof Calls>(
    call: Call,
    request: Parameters<Calls[Call]>[0],
    { signal, onPasses }: AskOptions = {},
  ): Promise<ReturnType<Calls[Call]>> {
    if (this.#closed) return Promise.reject(this.#closed.reason);
    if (signal?.aborted) return Promise.reject(signal.reason);
    const id = ++this.#last;
    const stop = (): void => {
      this.#worker.postMessage({ id, call: 'abort' });
      this.#waiting.get(id)?.reject(signal?.reason);
      this.#waiting.delete(id);
    };
    signal?.addEventListener('abort', stop, { once: true });
    return new Promise<ReturnType<Calls[Call]>>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, onPasses });
      this.#worker.postMessage({ id, call, request });
    }).finally(() => signal?.removeEventListener('abort', stop));
  }

  #hear(answer: FromWorker): void {
    const waiting = this.#waiting.get(answer.id);
    if (!waiting) return;
    if ('passes' in answer) {
      waiting.onPasses?.(answer.passes);
      return;
    }
    this.#waiting.delete(answer.id);
    if ('failure' in answer) waiting.reject(new ExplainerError(answer.failure));
    else waiting.resolve(answer.value as never);
  }

  close(reason: unknown): void {
    this.#closed ??= { reason };
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}
