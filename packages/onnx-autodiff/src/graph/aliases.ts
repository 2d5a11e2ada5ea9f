import type { Graph } from './graph.ts';
import type { Node } from './node.ts';

/**
 * The module path that PyTorch's default exporter keeps beside each node, as a Python list of ever longer paths with the
 * operation's own name at the end: "['', 'layer4', 'layer4.2', 'relu']" is "layer4.2".
 */
function notedPath(node: Node): string[] | undefined {
  const scopes = node.proto.metadata.find(({ key }) => key === 'pkg.torch.onnx.name_scopes')?.value ?? '';
  const [root, ...paths] = [...scopes.matchAll(/'([^']*)'/g)].map(([, path = '']) => path);
  return root === '' ? paths.at(-2)?.split('.') : undefined;
}

/**
 * The module path in a node name as PyTorch's TorchScript-based exporter writes it: "/layer4/layer4.2/conv3/Conv" is
 * "layer4.2.conv3". A part that repeats the one before it with more behind a dot replaces it.
 */
function namedPath(nodeName: string): string[] {
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
    const path = notedPath(node) ?? namedPath(node.proto.name ?? '');
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
