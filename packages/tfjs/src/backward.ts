import type { BackwardRule } from '@gradcam/core';
import { add, addN, grads, mul, sum, type Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core';
import { connected } from './connected.ts';
import { guided, rules, withGradients } from './gradients/index.ts';
import type { Network, Values } from './network.ts';
import type { Reach } from './reach.ts';

export interface Backward {
  readonly network: Network;
  readonly reach: Reach;
  readonly backend: string;
  readonly rule: BackwardRule;
  /** Inputs, and the values of all `layers`. */
  readonly fed: Values;
  /** In execution order. */
  readonly layers: readonly string[];
  /** What is pulled back, by the output's name, and the node that makes the output. */
  readonly cotangents: Values;
  readonly nodeOf: (output: string) => string;
}

/**
 * The gradient of <cotangents, outputs> at each layer, kept for the caller to dispose of.
 *
 * Each layer cuts the network: what lies between two cuts is taped, pulled back and forgotten, from the last cut to the first,
 * so that no operator is differentiated twice on a chain, and nothing in front of the first layer is taped.
 */
export function backward(pass: Backward): Map<string, Tensor> {
  return withGradients(pass.backend, () => segments(pass), pass.rule === 'guided' ? guided(rules) : rules);
}

function segments(pass: Backward): Map<string, Tensor> {
  const { layers, cotangents, fed, nodeOf } = pass;
  const found = tidy(() => {
    const totals = new Map<string, Tensor>();
    const accumulate = (parts: Values): void => {
      for (const [layer, part] of parts) {
        const total = totals.get(layer);
        totals.set(layer, total ? add(total, part) : part);
      }
    };
    const isLayer = (output: string): boolean => layers.includes(nodeOf(output)) && nodeOf(output) === output;
    accumulate(new Map([...cotangents].filter(([output]) => isLayer(output))));
    accumulate(segment(pass, new Map([...cotangents].filter(([output]) => !isLayer(output)))));
    for (const layer of layers.toReversed()) {
      const total = totals.get(layer);
      if (total) accumulate(segment(pass, new Map([[layer, total]])));
    }
    return layers.map((layer) => totals.get(layer) ?? zerosLike(fed.get(layer) as Tensor));
  });
  return new Map(layers.map((layer, i) => [layer, found[i] as Tensor]));
}

/** From some values back to the cuts next in front of them. */
function segment({ network, reach, fed, layers, nodeOf }: Backward, cotangents: Values): Values {
  if (cotangents.size === 0) return new Map();
  const targets = [...cotangents.keys()];
  const nodes = targets.map(nodeOf);
  const stops = new Set([...layers, ...network.inputs.map(({ name }) => name)].filter((name) => !nodes.includes(name)));
  const needed = reach.leadingTo(nodes, stops);
  const wrt = layers.filter((layer) => needed.has(layer) && stops.has(layer));
  if (wrt.length === 0) return new Map();
  const given = [...fed].filter(([name]) => needed.has(name) && stops.has(name));
  const score = (...variables: Tensor[]): Tensor => {
    const values = network.compute(
      new Map([...given, ...wrt.map((name, i) => [name, variables[i] as Tensor] as const)]),
      targets,
    );
    const parts = targets.map((name) => sum(mul(values.get(name) as Tensor, cotangents.get(name) as Tensor)));
    return connected(addN(parts), variables);
  };
  const slopes = grads(score)(wrt.map((name) => fed.get(name) as Tensor));
  return new Map(wrt.map((name, i) => [name, slopes[i] as Tensor]));
}
