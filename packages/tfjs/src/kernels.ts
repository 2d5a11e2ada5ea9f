import { engine, type Tensor } from '@tensorflow/tfjs-core';

interface Ran {
  readonly value: Tensor;
  /** By their names in tfjs's registry, each once. */
  readonly kernels: readonly string[];
}

/**
 * Runs a node and notes its kernels, at once where it is synchronous. A backend's clock carries the error of a kernel off into a
 * promise that nobody can catch, which ends the process, and `profile` waits for it: here no clock runs.
 */
export async function kernelsOf(run: () => Tensor | Promise<Tensor>): Promise<Ran> {
  const { state, backend } = engine();
  const noted = (value: Tensor): Ran => {
    const names = state.activeProfile.kernels.map(({ name }) => name);
    return { value, kernels: [...new Set(names)] };
  };
  state.profiling = true;
  state.activeProfile.kernels = [];
  backend.time = (kernel) => {
    kernel();
    return Promise.resolve({ kernelMs: 0 });
  };
  try {
    const value = run();
    return value instanceof Promise ? noted(await value) : noted(value);
  } finally {
    state.profiling = false;
    Reflect.deleteProperty(backend, 'time');
  }
}
