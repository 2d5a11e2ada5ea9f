import type { Graph } from './graph.ts';

/**
 * The module path in a node name as PyTorch's exporter writes it: "/layer4/layer4.2/conv3/Conv" is "layer4.2.conv3".
 * A part that repeats the one before it with more behind a dot replaces it.
 */
function modulePath(nodeName: string): string[] {
  if (!nodeName.startsWith('/')) return [];
  const parts = nodeName.slice(1).split('/').slice(0, -1);
  const path: string[] = [];
  for (const part of parts) {
    const last = path.at(-1);
    if (last !== undefined && part.startsWith(`${last}.`)) path[path.length - 1] = part;
    else path.push(part);
  }
  return path.flatMap((part) => part.split('.'));
}

/** What people may call a tensor besides its name: its node's name, and every module whose last tensor it is. */
export function aliasesOf(graph: Graph): ReadonlyMap<string, readonly string[]> {
  const lastOfModule = new Map<string, string>();
  for (const node of graph.nodes) {
    const path = modulePath(node.proto.name ?? '');
    for (let length = 1; length <= path.length; length++)
      lastOfModule.set(path.slice(0, length).join('.'), node.outputs[0] ?? '');
  }
  const aliases = new Map<string, string[]>();
  const add = (tensor: string, alias: string): void => {
    const list = aliases.get(tensor) ?? [];
    if (alias !== '' && alias !== tensor && !list.includes(alias)) aliases.set(tensor, [...list, alias]);
  };
  for (const node of graph.nodes) add(node.outputs[0] ?? '', node.proto.name ?? '');
  for (const [module, tensor] of lastOfModule) add(tensor, module);
  return aliases;
}
