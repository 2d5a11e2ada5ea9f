import { engine } from '@tensorflow/tfjs-core';
import type { Rule } from './rule.ts';
import { rules } from './rules.ts';

/**
 * Runs `run`, which must be synchronous, with the gradient pack installed, and puts back exactly what was registered
 * before, also when it throws. Calls may be nested. A backward pass that throws leaves nothing in memory.
 */
export function withGradients<T>(backend: string, run: () => T, table: readonly Rule[] = rules): T {
  const restore: (() => void)[] = [];
  try {
    for (const rule of table) {
      if (!rule.backends || rule.backends.includes(backend)) restore.unshift(rule.install(backend));
    }
    return run();
  } catch (error) {
    releaseTape();
    throw error;
  } finally {
    for (const step of restore) step();
  }
}

/** tfjs forgets what the forward pass saved when the backward pass throws. */
function releaseTape(): void {
  const { state } = engine();
  if (state.gradientDepth > 0) return;
  for (const { saved = [] } of state.activeTape ?? []) for (const tensor of saved) tensor.dispose();
  state.activeTape = [];
}
