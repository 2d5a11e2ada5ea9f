import { type DescMessage, fromBinary, type Message } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { decode } from '../../src/wire/decode.ts';
import { type MessageName, type Span, schema } from '../../src/wire/schema.ts';
import type { OnnxMessage } from './onnx-messages.ts';

/** Ours by ONNX's names. */
export const onnxNames: Readonly<Record<MessageName, OnnxMessage>> = {
  Model: 'ModelProto',
  OperatorSet: 'OperatorSetIdProto',
  Entry: 'StringStringEntryProto',
  Graph: 'GraphProto',
  Node: 'NodeProto',
  Attribute: 'AttributeProto',
  Tensor: 'TensorProto',
  SparseTensor: 'SparseTensorProto',
  ValueInfo: 'ValueInfoProto',
  Type: 'TypeProto',
  TensorType: 'TypeProto_Tensor',
  Shape: 'TensorShapeProto',
  Dimension: 'TensorShapeProto_Dimension',
  Function: 'FunctionProto',
};

/** Fields that are called otherwise here. */
const renamed: Readonly<Record<string, string>> = {
  'Model.metadata': 'metadata_props',
  'Node.metadata': 'metadata_props',
  'Type.tensor': 'tensor_type',
  'Type.sequence': 'sequence_type',
  'Type.map': 'map_type',
  'Type.optional': 'optional_type',
  'Dimension.value': 'dim_value',
  'Dimension.symbol': 'dim_param',
  'Function.attributeDefault': 'attribute_proto',
};

export function onnxField(message: MessageName, field: string): string {
  return renamed[`${message}.${field}`] ?? field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A message as plain data by ONNX's names; bytes as hex, whole numbers as text, fields that are kept undecoded left out. */
type Plain = Readonly<Record<string, unknown>>;

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

type Fields = readonly (readonly [name: string, number: number, kind: string, isRepeated: boolean])[];

export function fieldsOf(message: MessageName): Fields {
  return Object.entries(schema[message]).map(
    ([name, [number, kind]]: [string, readonly [number, string | readonly [string]]]) =>
      typeof kind === 'string' ? [name, number, kind, false] : [name, number, kind[0], true],
  );
}

/** What our reader found. A graph kept as a span is read too. */
export function ours(message: MessageName, bytes: Uint8Array, span?: Span): Plain {
  return plain(message, decode(message, bytes, span) as Readonly<Record<string, unknown>>, bytes);
}

function plain(message: MessageName, decoded: Plain, bytes: Uint8Array): Plain {
  const one = (kind: string, value: unknown): unknown => {
    if (kind === 'int') return String(value);
    if (kind === 'bytes') return hex(value as Uint8Array);
    if (kind === 'span') return message === 'Model' ? ours('Graph', bytes, value as Span) : 'there';
    return kind in schema ? plain(kind as MessageName, value as Plain, bytes) : value;
  };
  return Object.fromEntries(
    fieldsOf(message).flatMap(([name, , kind, isRepeated]) => {
      const value = decoded[name];
      if (kind === 'chunks' || value === undefined) return [];
      const list = isRepeated ? (value as unknown[]).map((item) => one(kind, item)) : [one(kind, value)];
      return list.length === 0 ? [] : [[onnxField(message, name), isRepeated && name !== 'graph' ? list : list.at(-1)]];
    }),
  );
}

/** What protobuf-es found, of the fields that ours reads. */
export function theirs(message: MessageName, desc: (name: OnnxMessage) => DescMessage, bytes: Uint8Array): Plain {
  return reflected(message, desc, fromBinary(desc(onnxNames[message]), bytes));
}

function reflected(message: MessageName, desc: (name: OnnxMessage) => DescMessage, found: Message): Plain {
  const view = reflect(desc(onnxNames[message]), found);
  const one = (kind: string, value: unknown): unknown => {
    if (kind === 'int') return String(value);
    if (kind === 'bytes') return hex(value as Uint8Array);
    const nested = (value as { message: Message }).message;
    if (kind === 'span') return message === 'Model' ? reflected('Graph', desc, nested) : 'there';
    return kind in schema ? reflected(kind as MessageName, desc, nested) : value;
  };
  return Object.fromEntries(
    fieldsOf(message).flatMap(([name, , kind, isRepeated]) => {
      const field = view.fields.find((candidate) => candidate.name === onnxField(message, name));
      if (!field || kind === 'chunks' || !view.isSet(field)) return [];
      const value: unknown = view.get(field);
      return [
        [
          field.name,
          isRepeated && name !== 'graph'
            ? [...(value as Iterable<unknown>)].map((item) => one(kind, item))
            : one(kind, value),
        ],
      ];
    }),
  );
}
