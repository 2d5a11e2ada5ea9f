import type { Blocker } from '@gradcam/core';
import { getGradient, getKernel } from '@tensorflow/tfjs-core';
import { missing } from './gradients/index.ts';
import type { Network, NetworkNode } from './network.ts';
import type { Reach } from './reach.ts';
import type { Fact } from './survey.ts';

/** What keeps a gradient from passing, found before one is asked for: a backward pass that fails half-way is dear. */
export class Blockers {
  readonly #reach: Reach;
  readonly #silent: (node: string) => boolean;
  readonly #isFloat: (node: string) => boolean;
  readonly #of: ReadonlyMap<string, readonly Blocker[]>;

  constructor(network: Network, reach: Reach, facts: ReadonlyMap<string, Fact>, backend: string) {
    this.#reach = reach;
    this.#isFloat = (name) => facts.get(name)?.type === 'float32';
    const kernelsOf = (name: string): readonly string[] =>
      (facts.get(name)?.kernels ?? []).filter((kernel) => getKernel(kernel, backend));
    // a node without kernels, like Shape, makes its value of sizes alone
    this.#silent = (name) => Array.isArray(facts.get(name)?.kernels) && kernelsOf(name).length === 0;
    const hidden = new Set(network.nodes.filter((node) => node.hidden).map(({ name }) => name));
    // of a loop the ways in and out say enough
    const isWithin = (node: NetworkNode): boolean => node.hidden && node.reads.every((read) => hidden.has(read));
    this.#of = new Map(
      network.nodes.map((node) => {
        if (isWithin(node)) return [node.name, []];
        const rank = facts.get(node.name)?.dims.length ?? 0;
        return [node.name, blockersOf(node, rank, kernelsOf(node.name), backend)];
      }),
    );
  }

  /** What depends on the values, not only the sizes, of a node. */
  reachedFrom(name: string): ReadonlySet<string> {
    return this.#reach.reachedFrom([name], this.#silent);
  }

  between(layer: string, targets: readonly string[]): Blocker[] {
    const behind = this.reachedFrom(layer);
    const needed = this.#reach.leadingTo(targets, new Set([layer]));
    if (!targets.some((target) => behind.has(target))) return [];
    if (!this.#isFloat(layer))
      return [{ node: layer, op: 'Input', opset: null, reason: 'whole numbers have no gradient' }];
    const found = [...behind]
      .filter((name) => name !== layer && needed.has(name))
      .flatMap((name) => this.#of.get(name) ?? []);
    // where nothing is registered one reason says it all
    return getGradient('Relu') ? found : found.slice(0, 1);
  }
}

function blockersOf(node: NetworkNode, rank: number, kernels: readonly string[], backend: string): readonly Blocker[] {
  if (node.dynamic) {
    const reason = 'control flow, or a result whose size depends on values, has no gradient';
    return [{ node: node.name, op: node.kind, opset: null, reason }];
  }
  const { axis, is_training: training } = node.attrs;
  const trains = (training as { readonly b?: boolean } | undefined)?.b === true;
  const channelsAside = node.channels === 'first' || (typeof axis === 'number' && axis !== -1 && axis !== rank - 1);
  return missing(
    kernels.map((op) => ({ op, node: node.name, channelsAside, trains })),
    backend,
  );
}
