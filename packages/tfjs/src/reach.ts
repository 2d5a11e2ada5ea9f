import type { Network } from './network.ts';

/** What depends on what in a network. */
export class Reach {
  readonly #network: Network;
  readonly #reads: ReadonlyMap<string, readonly string[]>;
  /** A loop leads back to a node that stands in front. */
  readonly #loops: boolean;

  constructor(network: Network) {
    this.#network = network;
    this.#reads = new Map(network.nodes.map(({ name, reads }) => [name, reads]));
    const seen = new Set<string>();
    this.#loops = network.nodes.some(({ name, reads }) => {
      seen.add(name);
      return reads.some((read) => !seen.has(read));
    });
  }

  /** All that `targets` depend on, themselves included; what lies in front of a stop is left out, unless it is reached otherwise. */
  leadingTo(targets: Iterable<string>, stops: ReadonlySet<string> = new Set()): ReadonlySet<string> {
    const found = new Set<string>();
    const open = [...targets];
    for (let name = open.pop(); name !== undefined; name = open.pop()) {
      if (found.has(name)) continue;
      found.add(name);
      if (!stops.has(name)) open.push(...(this.#reads.get(name) ?? []));
    }
    return found;
  }

  /** All that depends on `sources`, themselves included; nothing passes a node that `blocks`. */
  reachedFrom(sources: Iterable<string>, blocks: (name: string) => boolean = () => false): ReadonlySet<string> {
    const found = new Set(sources);
    const pass = (): number => {
      for (const { name, reads } of this.#network.nodes) {
        if (!found.has(name) && reads.some((read) => found.has(read)) && !blocks(name)) found.add(name);
      }
      return found.size;
    };
    for (let before = 0, size = pass(); this.#loops && size > before; ) [before, size] = [size, pass()];
    return found;
  }
}
