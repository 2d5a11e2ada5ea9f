import { decode } from '../wire/decode.ts';
import { fields } from '../wire/reader.ts';
import { type Message, numberOf, type Span } from '../wire/schema.ts';
import { Writer } from '../wire/writer.ts';
import type { PlacedNode } from './inline.ts';

const INPUT = numberOf('Node', 'input');
const OUTPUT = numberOf('Node', 'output');
const NAME = numberOf('Node', 'name');
const ATTRIBUTE = numberOf('Node', 'attribute');
const utf8 = new TextDecoder();

/** AttributeProto.AttributeType.TENSOR */
const TENSOR = 4;

/** The nodes of a function or a branch, written anew with the names of one call. */
export class Body {
  readonly #call: PlacedNode;
  readonly #prefix: string;
  /** Outer names for inner ones; all others get the prefix, or stay where nothing within makes them. */
  readonly #names = new Map<string, string>([['', '']]);
  readonly #made = new Set<string>();

  constructor(call: PlacedNode, prefix: string) {
    this.#call = call;
    this.#prefix = prefix;
  }

  /** A function sees nothing but its inputs; an input or an attribute that the call leaves out is absent within. */
  ofFunction(body: Message<'Function'>, source: Uint8Array): readonly Uint8Array[] {
    const { input, output, attribute } = this.#call.proto;
    for (const [at, name] of body.input.entries()) this.#names.set(name, input[at] ?? '');
    const given = new Map<string, PlacedAttribute>([
      ...body.attributeDefault.map((each) => [each.name ?? '', { source, span: each.span }] as const),
      ...attribute.map((each) => [each.name ?? '', { source: this.#call.source, span: each.span }] as const),
    ]);
    for (const node of body.node) for (const name of node.output) this.#made.add(name);
    const passed = this.#outputs(body.output, output);
    return [...body.node.map((node) => this.#written(node.span, source, given)), ...passed];
  }

  /** A branch sees the outer names too. Its weights become constants. */
  ofGraph(branch: Message<'Graph'>, source: Uint8Array): readonly Uint8Array[] {
    for (const node of branch.node) for (const name of node.output) this.#made.add(name);
    for (const { name = '' } of branch.initializer) this.#made.add(name);
    const passed = this.#outputs(
      branch.output.map(({ name = '' }) => name),
      this.#call.proto.output,
    );
    const weights = branch.initializer.map(({ name = '', span }) => this.#constant(name, source, span));
    return [...weights, ...branch.node.map((node) => this.#written(node.span, source, new Map())), ...passed];
  }

  /** Inner outputs take the names of the call's; what is handed on from outside, or twice, needs an Identity. */
  #outputs(inner: readonly string[], outer: readonly string[]): readonly Uint8Array[] {
    return inner.flatMap((name, at) => {
      const target = outer[at] ?? '';
      if (target === '') return [];
      if (this.#made.has(name) && !this.#names.has(name)) {
        this.#names.set(name, target);
        return [];
      }
      const identity = new Writer()
        .string(INPUT, this.#outerName(name))
        .string(OUTPUT, target)
        .string(numberOf('Node', 'opType'), 'Identity');
      return [identity.finish().slice()];
    });
  }

  #outerName(name: string): string {
    return this.#names.get(name) ?? (this.#made.has(name) ? `${this.#prefix}/${name}` : name);
  }

  #constant(name: string, source: Uint8Array, span: Span): Uint8Array {
    const node = new Writer().string(OUTPUT, this.#outerName(name)).string(numberOf('Node', 'opType'), 'Constant');
    node.message(ATTRIBUTE, (attribute) =>
      attribute
        .string(numberOf('Attribute', 'name'), 'value')
        .bytes(numberOf('Attribute', 't'), source.subarray(span.from, span.to))
        .int(numberOf('Attribute', 'type'), TENSOR),
    );
    return node.finish().slice();
  }

  /** A NodeProto field by field: names are replaced, and attributes that refer to one of the call. */
  #written(span: Span, source: Uint8Array, given: ReadonlyMap<string, PlacedAttribute>): Uint8Array {
    const node = new Writer();
    let named = false;
    for (const field of fields(source, span.from, span.to)) {
      const content = source.subarray(field.from, field.to);
      if (field.number === INPUT || field.number === OUTPUT)
        node.string(field.number, this.#outerName(utf8.decode(content)));
      else if (field.number === ATTRIBUTE) writeAttribute(node, { source, span: field }, given);
      else if (field.number === NAME) {
        node.string(NAME, `${this.#call.proto.name || this.#prefix}/${utf8.decode(content)}`);
        named = true;
      } else node.raw(source.subarray(field.start, field.to));
    }
    if (!named && this.#call.proto.name) node.string(NAME, this.#call.proto.name);
    return node.finish().slice();
  }
}

interface PlacedAttribute {
  readonly source: Uint8Array;
  readonly span: Span;
}

/** An attribute as it is, or under its own name with the value of the call's attribute that it refers to; left out where the call has none. */
function writeAttribute(node: Writer, own: PlacedAttribute, given: ReadonlyMap<string, PlacedAttribute>): void {
  const { name = '', refAttrName } = decode('Attribute', own.source, own.span);
  if (!refAttrName) {
    node.bytes(ATTRIBUTE, own.source.subarray(own.span.from, own.span.to));
    return;
  }
  const value = given.get(refAttrName);
  if (!value) return;
  node.message(ATTRIBUTE, (to) => {
    to.string(numberOf('Attribute', 'name'), name);
    for (const field of fields(value.source, value.span.from, value.span.to))
      if (field.number !== numberOf('Attribute', 'name')) to.raw(value.source.subarray(field.start, field.to));
  });
}
