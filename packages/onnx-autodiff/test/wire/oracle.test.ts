import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { create, fromBinary, type Message, ScalarType, toBinary } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Attributes, writeNode } from '../../src/emit/node-proto.ts';
import { readSmall } from '../../src/graph/tensor.ts';
import { augment, type Dims } from '../../src/index.ts';
import { decode } from '../../src/wire/decode.ts';
import { type MessageName, schema } from '../../src/wire/schema.ts';
import { Writer } from '../../src/wire/writer.ts';
import { model } from '../models/build.ts';
import { onnxMessages } from './onnx-messages.ts';
import { fieldsOf, onnxField, onnxNames, ours, theirs } from './oracle.ts';

const packed = onnxMessages(true);
const repeated = onnxMessages(false);
const ways = [
  ['packed', packed],
  ['repeated', repeated],
] as const;
const names = Object.keys(schema) as MessageName[];

describe('the table of fields', () => {
  test.each(names)("%s has ONNX's numbers", (message) => {
    const known = packed(onnxNames[message]).fields;
    for (const [name, number] of fieldsOf(message)) {
      // Its number only: the list of ONNX-ML has no sparse_tensor_type.
      if (message === 'Type' && name === 'sparse') continue;
      expect([name, known.find((field) => field.name === onnxField(message, name))?.number]).toEqual([name, number]);
    }
  });
});

/** Values for one field as protobuf-es takes them. */
function valueFor(kind: string, depth: number): fc.Arbitrary<unknown> {
  if (kind === 'int') return fc.oneof(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.bigInt(-200n, 200n));
  if (kind === 'float') return fc.float({ noNaN: true });
  if (kind === 'string') return fc.string({ unit: 'grapheme', maxLength: 5 });
  if (kind === 'bytes') return fc.uint8Array({ maxLength: 5 });
  return depth > 2 ? fc.constant(undefined) : messageFor(kind as MessageName, depth + 1);
}

function messageFor(message: MessageName, depth = 0): fc.Arbitrary<Message> {
  const desc = packed(onnxNames[message]);
  const parts = fieldsOf(message).flatMap(([name, , kind, isRepeated]) => {
    const field = desc.fields.find((candidate) => candidate.name === onnxField(message, name));
    if (!field || kind === 'chunks' || kind === 'span') return [];
    const one = field.scalar === ScalarType.INT32 ? fc.integer() : valueFor(kind, depth);
    const value = isRepeated
      ? fc.array(one, { maxLength: 3 }).map((list) => list.filter((item) => item !== undefined))
      : fc.option(one, { nil: undefined });
    return [[field.localName, value] as const];
  });
  return fc.record(Object.fromEntries(parts)).map((init) => {
    const given = Object.fromEntries(Object.entries(init).filter(([, value]) => value !== undefined));
    return create(desc, given as never);
  });
}

describe('what protobuf-es writes, our reader reads', () => {
  describe.each(ways)('%s numbers', (_way, desc) => {
    test.each(names.filter((name) => name !== 'Model'))('%s', (message) => {
      fc.assert(
        fc.property(messageFor(message), (value) => {
          const bytes = toBinary(desc(onnxNames[message]), reTyped(message, value, desc));
          // Whole numbers beyond 2^53 are rounded by ours, which knows only numbers.
          expect(rounded(ours(message, bytes))).toEqual(rounded(theirs(message, desc, bytes)));
        }),
        { seed: 7, numRuns: 60 },
      );
    });

    test.each([
      ['float_data', 1, [0.5, -2, 3e38]],
      ['int32_data', 6, [0, -1, 2 ** 31 - 1]],
      ['int64_data', 7, [0, -1, 2 ** 40]],
      ['double_data', 11, [0.1, -1e300]],
    ] as const)('values in %s', (field, type, values) => {
      const tensor = desc('TensorProto');
      const isLong = field === 'int64_data';
      const made = create(tensor, {
        dims: [BigInt(values.length)],
        dataType: type,
        [tensor.fields.find(({ name }) => name === field)?.localName ?? '']: isLong
          ? values.map((value) => BigInt(value))
          : values,
      } as never);
      const found = readSmall(decode('Tensor', toBinary(tensor, made)));
      expect(found).toEqual(values.map((value) => (field === 'float_data' ? Math.fround(value) : value)));
    });
  });
});

/** The same message under another description of the same fields. */
function reTyped(message: MessageName, value: Message, desc: typeof packed): Message {
  return fromBinary(desc(onnxNames[message]), toBinary(packed(onnxNames[message]), value));
}

function rounded(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, item: unknown) =>
    typeof item === 'string' && /^-?\d{16,}$/.test(item) ? Number(item) : item,
  );
}

const attribute = fc.oneof(
  fc.integer({ min: -(2 ** 53), max: 2 ** 53 }),
  fc.array(fc.maxSafeInteger(), { maxLength: 4 }),
  fc.string({ maxLength: 6 }),
  fc.float({ noNaN: true }).map((float) => ({ float })),
  fc.array(fc.float({ noNaN: true }), { maxLength: 4 }).map((floats) => ({ floats })),
);

describe('what our writer writes, protobuf-es reads', () => {
  test('nodes with attributes of every kind', () => {
    const word = fc.string({ unit: 'grapheme', maxLength: 8 });
    const node = fc.record({
      op: word,
      domain: word,
      inputs: fc.array(word, { maxLength: 3 }),
      outputs: fc.array(word, { maxLength: 3 }),
      attributes: fc.dictionary(word, attribute, { maxKeys: 4 }) as fc.Arbitrary<Attributes>,
    });
    fc.assert(
      fc.property(node, (fields) => {
        const writer = new Writer();
        writeNode(writer, fields);
        const graph = theirs('Graph', packed, writer.finish());
        const [found] = graph['node'] as readonly Record<string, unknown>[];
        expect(found).toEqual({
          ...(fields.inputs.length > 0 ? { input: fields.inputs } : {}),
          ...(fields.outputs.length > 0 ? { output: fields.outputs } : {}),
          op_type: fields.op,
          ...(Object.keys(fields.attributes).length > 0
            ? { attribute: Object.entries(fields.attributes).map(written) }
            : {}),
          ...(fields.domain === '' ? {} : { domain: fields.domain }),
        });
        expect(ours('Graph', writer.finish())).toEqual(graph);
      }),
      { seed: 11, numRuns: 200 },
    );
  });
});

/** An attribute as onnx.proto wants it: its value in the field of its type, and the type's number. */
function written([name, value]: [string, Attributes[string]]): object {
  if (typeof value === 'number') return { name, i: String(value), type: '2' };
  if (typeof value === 'string') return { name, s: Buffer.from(value).toString('hex'), type: '3' };
  if ('float' in value) return { name, f: value.float, type: '1' };
  if ('floats' in value) return { name, ...(value.floats.length > 0 ? { floats: value.floats } : {}), type: '6' };
  return { name, ...(value.length > 0 ? { ints: value.map(String) } : {}), type: '7' };
}

const bundled = fileURLToPath(new URL('../../../../models/shapes/model.onnx', import.meta.url));
const small = model({
  opset: 17,
  inputs: { x: ['N', 2] },
  constants: { w: { dims: [2, 2], values: [1, 2, 3, 4] } },
  nodes: [
    ['MatMul', ['x', 'w'], ['h']],
    ['Relu', ['h'], ['r']],
    ['MatMul', ['r', 'w'], ['p']],
  ],
  outputs: ['p'],
  metadata: { author: 'gradcam' },
});
const files: readonly (readonly [string, () => Uint8Array, string, Readonly<Record<string, Dims>>])[] = [
  ['a small model', () => small, 'r', { r: ['N', 2], p: ['N', 2] }],
  [
    'the bundled model',
    () => new Uint8Array(readFileSync(bundled)),
    'block5',
    { block5: ['N', 96, 12, 12], pooled: ['N', 96, 1, 1], flat: ['N', 96], logits: ['N', 10] },
  ],
];

describe.each(files)('%s', (_name, read, wrt, shapes) => {
  const bytes = read();
  test('is read alike', () => {
    expect(existsSync(bundled)).toBe(true);
    expect(ours('Model', bytes)).toEqual(theirs('Model', packed, bytes));
  });
  test('extended, holds every field it held before, and nothing that ONNX does not know', () => {
    const { bytes: extended } = augment(bytes, {
      wrt,
      seed: 'class',
      shapes: new Map(Object.entries(shapes).map(([name, dims]) => [name, { dims }])),
    });
    const [before, after] = [theirs('Model', packed, bytes), theirs('Model', packed, extended)];
    expect({ ...after, graph: null }).toEqual({ ...before, graph: null });
    const [old, now] = [before['graph'], after['graph']] as Record<string, unknown[]>[];
    for (const [field, list] of Object.entries(old ?? {})) {
      if (Array.isArray(list)) expect(now?.[field]?.slice(0, list.length)).toEqual(list);
    }
    expect(now?.['node']?.length).toBeGreaterThan(old?.['node']?.length ?? 0);
    expect(ours('Model', extended)).toEqual(after);
    const found = fromBinary(packed('ModelProto'), extended);
    expect(unknownIn(found)).toEqual([]);
    // As protobuf-es itself writes it: the same content again.
    expect(ours('Model', toBinary(packed('ModelProto'), found))).toEqual(after);
  });
});

/** Field numbers that the description does not list, anywhere within. */
function unknownIn(message: Message): number[] {
  const desc = packed(message.$typeName.replace('onnx.', '') as 'ModelProto');
  const view = reflect(desc, message);
  const nested = view.fields.flatMap((field) => {
    if (!view.isSet(field)) return [];
    if (field.fieldKind === 'message') return [view.get(field).message];
    if (field.fieldKind !== 'list' || field.listKind !== 'message') return [];
    return [...view.get(field)].map((item) => (item as { message: Message }).message);
  });
  return [...(message.$unknown ?? []).map(({ no }) => no), ...nested.flatMap(unknownIn)];
}
