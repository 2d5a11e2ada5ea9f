import { GradcamError } from '@gradcam/core';
import { runtimeError } from '@gradcam/core/adapter';
import { getBackend, ready } from '@tensorflow/tfjs-core';

/**
 * The backend that the user has set, or that tfjs takes of itself; "wasm".
 * @throws GradcamError `runtime` when none is registered, or the set one does not start
 */
export async function currentBackend(): Promise<string> {
  try {
    await ready();
  } catch (error) {
    const { message } = runtimeError('tfjs', 'no backend runs', error);
    throw new GradcamError(
      'runtime',
      `${message}; import one first, for instance '@tensorflow/tfjs-backend-wasm' and \`await setBackend('wasm')\``,
      { cause: error },
    );
  }
  return getBackend();
}

/** "tfjs (wasm)" */
export const backendName = (backend: string): string => `tfjs (${backend})`;

/** An error of tfjs in one line, with what to do where that is known. */
export function tfjsError(backend: string, what: string, error: unknown): GradcamError {
  const plain = runtimeError(backendName(backend), what, error);
  const kernel = /[Kk]ernel '(\w+)'/.exec(plain.message)?.[1];
  if (kernel === undefined) return plain;
  const remedy = `import the whole '@tensorflow/tfjs-backend-${backend}', or set a backend that has ${kernel}`;
  return new GradcamError('runtime', `${plain.message}; ${remedy}`, { cause: error });
}
