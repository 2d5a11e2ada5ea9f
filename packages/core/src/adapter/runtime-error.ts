import { GradcamError } from '../errors.ts';

/** An error of the runtime itself: its own words, in one line. */
export function runtimeError(backend: string, what: string, error: unknown): GradcamError {
  const words = error instanceof Error ? error.message : String(error);
  return new GradcamError('runtime', `${backend}: ${what}: ${words.replace(/\s+/g, ' ').trim()}`, { cause: error });
}
