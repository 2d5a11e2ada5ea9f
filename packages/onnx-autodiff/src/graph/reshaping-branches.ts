import type { Message } from '../wire/schema.ts';
import { SAME_VALUES } from './constant-values.ts';
import { type Node, normalDomain } from './node.ts';

/** The outer tensor whose values a branch hands on in other sizes; undefined for one that computes. */
function handedOn({ node, output, initializer }: Message<'Graph'>): string | undefined {
  const makers = new Map(node.flatMap((each) => each.output.map((name) => [name, each] as const)));
  const own = new Set(initializer.map(({ name }) => name));
  const [first, ...others] = output;
  let name = first?.name ?? '';
  // no more steps than nodes: a damaged file may hold a circle
  for (let step = 0; step <= node.length; step++) {
    const maker = makers.get(name);
    if (!maker) return others.length > 0 || own.has(name) || name === '' ? undefined : name;
    if (normalDomain(maker.domain) !== '' || !SAME_VALUES.has(maker.opType ?? '')) return undefined;
    name = maker.input[0] ?? '';
  }
  return undefined;
}

/**
 * The tensor that an If gives other sizes, whichever branch it takes: so exporters write squeeze() of an axis whose size they do not know.
 * undefined for any other node.
 */
export function reshapedByBranches(node: Node): string | undefined {
  if (node.kind !== 'If') return undefined;
  const [name, ...others] = new Set(node.proto.attribute.flatMap(({ g }) => (g ? [handedOn(g)] : [])));
  return others.length === 0 ? name : undefined;
}
