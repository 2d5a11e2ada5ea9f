import type { Network } from '../network.ts';
import { nodeOf } from '../network.ts';
import { ruleOf } from './rules.ts';
import { mapped, type Values } from './values.ts';

/** Values of tensors by name. */
export type Known = ReadonlyMap<string, Values>;

/** Computes what `wanted` needs and `known` does not tell: with a layer known, only what lies behind it. */
export function forward(network: Network, known: Known, wanted: readonly string[]): Map<string, Values> {
  const values = new Map(known);
  const computed = (name: string): Values => {
    const found = values.get(name);
    if (found) return found;
    const node = nodeOf(network, name);
    const value = ruleOf(node).forward(node, node.inputs.map(computed));
    values.set(name, value);
    return value;
  };
  wanted.forEach(computed);
  return values;
}

const sum = (a: Values | undefined, b: Values): Values => (a ? mapped(a, (value, i) => value + (b.data[i] ?? 0)) : b);

/**
 * d<seeds, outputs>/d each of `wanted`, by the chain rule from the last node to the first. A wanted layer is a cut: everything behind it
 * counts, whichever way it goes.
 */
export function backward(
  network: Network,
  values: Known,
  seeds: Known,
  wanted: readonly string[],
): Map<string, Values> {
  const gradients = new Map(seeds);
  for (const node of network.nodes.toReversed()) {
    const gradient = gradients.get(node.name);
    const inputs = node.inputs.map((name) => values.get(name));
    if (!gradient || node.op === 'input' || inputs.includes(undefined)) continue;
    const output = values.get(node.name) as Values;
    ruleOf(node)
      .backward(node, gradient, inputs as Values[], output)
      .forEach((part, i) => {
        const name = node.inputs[i] as string;
        gradients.set(name, sum(gradients.get(name), part));
      });
  }
  return new Map(wanted.map((name) => [name, gradients.get(name) ?? mapped(values.get(name) as Values, () => 0)]));
}
