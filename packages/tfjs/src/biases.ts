import type { Layout } from './layouts.ts';
import type { Network } from './network.ts';
import type { Fact } from './survey.ts';

/** What each node adds to the channels of its value, as `Layer.bias` has it; nodes that add nothing, or do not tell, left out. */
export async function biasesOf(
  network: Network,
  facts: ReadonlyMap<string, Fact>,
  layouts: ReadonlyMap<string, Layout>,
): Promise<ReadonlyMap<string, Float32Array | 'unknown'>> {
  const biases = new Map<string, Float32Array | 'unknown'>();
  for (const { name, added } of network.nodes) {
    if (!added) continue;
    const dims = facts.get(name)?.dims ?? [];
    const axis = layouts.get(name) === 'first' ? 1 : dims.length - 1;
    const along = added === 'unknown' ? Number.NaN : (added.axis ?? axis);
    const known = added !== 'unknown' && (along < 0 ? dims.length + along : along) === axis;
    biases.set(name, known ? await added.values(dims[axis] ?? 0) : 'unknown');
  }
  return biases;
}
