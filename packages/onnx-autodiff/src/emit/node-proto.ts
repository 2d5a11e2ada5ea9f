import { numberOf } from '../wire/schema.ts';
import type { Writer } from '../wire/writer.ts';

/** An attribute of an emitted node: whole numbers are ints, `{ float }` and `{ floats }` are said. */
export type Attribute =
  | number
  | readonly number[]
  | string
  | { readonly float: number }
  | { readonly floats: readonly number[] };
export type Attributes = Readonly<Record<string, Attribute>>;

/** A node before it is written. */
export interface NodeFields {
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
}

/** AttributeProto.AttributeType */
const TYPE = { float: 1, int: 2, string: 3, floats: 6, ints: 7 } as const;

const field = (key: 'f' | 'i' | 's' | 'floats' | 'ints' | 'type'): number => numberOf('Attribute', key);

function writeAttribute(writer: Writer, name: string, value: Attribute): void {
  writer.string(numberOf('Attribute', 'name'), name);
  if (typeof value === 'number') writer.int(field('i'), value).int(field('type'), TYPE.int);
  else if (typeof value === 'string') writer.string(field('s'), value).int(field('type'), TYPE.string);
  else if ('float' in value) writer.float(field('f'), value.float).int(field('type'), TYPE.float);
  else if ('floats' in value) writer.floats(field('floats'), value.floats).int(field('type'), TYPE.floats);
  else writer.ints(field('ints'), value).int(field('type'), TYPE.ints);
}

/** One NodeProto of a GraphProto. */
export function writeNode(graph: Writer, node: NodeFields): void {
  graph.message(numberOf('Graph', 'node'), (to) => {
    for (const input of node.inputs) to.string(numberOf('Node', 'input'), input);
    for (const output of node.outputs) to.string(numberOf('Node', 'output'), output);
    to.string(numberOf('Node', 'opType'), node.op);
    for (const [name, value] of Object.entries(node.attributes)) {
      to.message(numberOf('Node', 'attribute'), (attribute) => writeAttribute(attribute, name, value));
    }
    if (node.domain !== '') to.string(numberOf('Node', 'domain'), node.domain);
  });
}
