import type { Network } from '../network.ts';
import type { Node } from './node.ts';

/** Whether a node holds a map [C, H, W]; the other tensors of rank 3 are windows of tokens. */
export function isMap(network: Network, { op, inputs, dims }: Node): boolean {
  switch (op) {
    case 'input':
      return dims.length === 3;
    case 'conv':
    case 'batchNorm':
    case 'maxPool':
    case 'averagePool':
    case 'upsample':
      return true;
    case 'tokens':
    case 'windows':
    case 'matmul':
      return false;
    case 'globalAverage':
      return dims.length === 3;
    default: {
      const first = network.nodes.find(({ name }) => name === inputs[0]);
      return first !== undefined && dims.length === 3 && isMap(network, first);
    }
  }
}

/** Whether a way leads from one of `from` to `to` that does not touch `without`. */
export function reaches({ nodes }: Network, from: readonly string[], to: string, without?: string): boolean {
  const reached = new Set(from.filter((name) => name !== without));
  for (const { name, inputs } of nodes) {
    if (name !== without && inputs.some((input) => reached.has(input))) reached.add(name);
  }
  return reached.has(to);
}

/** Whether a node lies between a `windows` and its `unwindows`, where axis 0 of a file's tensor is no batch. */
export function isWindowed({ nodes }: Network, node: Node): boolean {
  if (node.op === 'windows') return true;
  if (node.op === 'unwindows') return false;
  return node.inputs.some((input) => {
    const before = nodes.find(({ name }) => name === input);
    return before !== undefined && isWindowed({ nodes } as Network, before);
  });
}
