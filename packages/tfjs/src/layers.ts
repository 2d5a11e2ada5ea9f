import type { Grid, Layer } from '@gradcam/core';
import { tokenGrid } from '@gradcam/core/adapter';
import { classMaps } from './class-maps.ts';
import type { NetworkNode } from './network.ts';
import type { Found } from './opened.ts';

/** As read: batch first, channels first where it is a map. */
export function seenDims(name: string, { facts, layouts }: Pick<Found, 'facts' | 'layouts'>): (number | null)[] {
  const [, ...rest] = facts.get(name)?.dims ?? [];
  return layouts.get(name) === 'last' ? [null, rest.at(-1) ?? null, ...rest.slice(0, -1)] : [null, ...rest];
}

/** The float values with the batch as their first axis, in execution order: what a person may name. */
export function layersOf(found: Found): Layer[] {
  const { network, reach, blockers, facts, layouts, biases, scoreNode: score } = found;
  const isLayer = ({ name, single, dynamic }: NetworkNode): boolean => {
    const fact = facts.get(name);
    return single && !dynamic && fact?.batched === true && fact.dims.length >= 2 && fact.type === 'float32';
  };
  const inputs = network.inputs.map(({ name }) => name);
  const outputs = [...new Set([score, ...network.outputs.map(({ node }) => node)])];
  const poor = classMaps(network, facts, layouts, score);
  const maps: (number | null)[][] = [];
  const gridOf = (name: string, dims: (number | null)[]): Grid | null => {
    if (!layouts.has(name)) return tokenGrid(dims, maps);
    if (dims.length === 4) maps.push(dims);
    return { kind: 'map' };
  };
  return network.nodes
    .filter((node) => inputs.includes(node.name) || isLayer(node))
    .map(({ name, aliases, kind }) => {
      const dims = seenDims(name, found);
      const behind = reach.reachedFrom([name]);
      const needed = reach.leadingTo(
        outputs.filter((output) => behind.has(output)),
        new Set([name]),
      );
      const bias = biases.get(name);
      return {
        name,
        aliases,
        kind,
        dims,
        grid: gridOf(name, dims),
        bypassed: inputs.some((input) => input !== name && needed.has(input)),
        onPath: blockers.reachedFrom(name).has(score),
        classMap: poor.has(name),
        blocked: blockers.between(name, [score]),
        ...(bias === undefined ? {} : { bias }),
      };
    });
}
