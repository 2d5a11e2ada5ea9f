import type { Layer } from '@gradcam/core';
import type { Node } from '../graph/node.ts';
import { isMap, isWindowed, reaches } from '../graph/structure.ts';
import { inputsOf, type Network, nodeOf } from '../network.ts';

/** Tokens are positions of the map they were made of; what is in front of them are class tokens. */
function gridOf(network: Network, node: Node): Layer['grid'] {
  if (isMap(network, node)) return { kind: 'map' };
  const tokens = network.nodes.find(({ op }) => op === 'tokens');
  const [count = 0, channels = 0] = node.dims;
  if (!tokens || node.dims.length !== 2 || node.op === 'matmul' || channels !== tokens.dims[1]) return null;
  const [, height = 1, width = 1] = nodeOf(network, tokens.inputs[0] ?? '').dims;
  return { kind: 'tokens', prefix: count - height * width, height, width };
}

/** Whether only pooling lies between a layer and the score. */
function isClassMap(network: Network, name: string): boolean {
  if (name === network.score) return true;
  const users = network.nodes.filter(({ inputs }) => inputs.includes(name));
  return users.length > 0 && users.every(({ op, name: user }) => op === 'globalAverage' && isClassMap(network, user));
}

/** The tensors of a network as core sees them, in execution order. */
export function layersOf(network: Network): readonly Layer[] {
  const inputs = inputsOf(network).map(({ name }) => name);
  return network.nodes
    .filter((node) => !isWindowed(network, node))
    .map((node) => ({
      name: node.name,
      aliases: [],
      kind: node.op,
      dims: [null, ...node.dims],
      grid: gridOf(network, node),
      bypassed: reaches(network, inputs, network.score, node.name),
      onPath: reaches(network, [node.name], network.score),
      classMap: isClassMap(network, node.name),
      blocked: [],
    }));
}
