import { AutodiffError } from '../errors.ts';
import { MAX_DEPTH } from './limits.ts';
import { BYTES, FIXED32, type Field, fields, readPackedVarints, readVarint, VARINT } from './reader.ts';
import { type Message, type MessageName, schema } from './schema.ts';

interface Slot {
  readonly name: string;
  readonly kind: string;
  readonly repeated: boolean;
}

/** The schema turned around: message -> field number -> slot. */
const slots = new Map<string, ReadonlyMap<number, Slot>>(
  Object.entries(schema).map(([message, members]) => [
    message,
    new Map(
      Object.entries(members).map(([name, [number, kind]]: [string, readonly [number, string | readonly [string]]]) => [
        number,
        typeof kind === 'string' ? { name, kind, repeated: false } : { name, kind: kind[0], repeated: true },
      ]),
    ),
  ]),
);

const utf8 = new TextDecoder();

function mismatch(message: string, slot: Slot, field: Field): AutodiffError {
  return new AutodiffError(
    'bad-model',
    `not an ONNX file: ${message}.${slot.name} has wire type ${field.wireType} at byte ${field.start}; expected ${slot.kind}, check that the file is an ONNX model`,
  );
}

function read(bytes: Uint8Array, message: string, slot: Slot, field: Field, depth: number): unknown {
  const { from, to, wireType } = field;
  if (slot.kind === 'chunks') return { wireType, bytes: bytes.subarray(from, to) };
  const expected = slot.kind === 'int' ? VARINT : slot.kind === 'float' ? FIXED32 : BYTES;
  if (wireType !== expected) throw mismatch(message, slot, field);
  switch (slot.kind) {
    case 'int':
      return readVarint(bytes, from, to);
    case 'float':
      return new DataView(bytes.buffer, bytes.byteOffset + from, 4).getFloat32(0, true);
    case 'string':
      return utf8.decode(bytes.subarray(from, to));
    case 'bytes':
      return bytes.subarray(from, to);
    case 'span':
      return { start: field.start, from, to };
    default:
      return decodeAt(slot.kind as MessageName, bytes, field, depth + 1);
  }
}

/** proto3 writers pack repeated scalars into one field, older ones repeat the field: both are read. */
function readPacked(bytes: Uint8Array, slot: Slot, field: Field, into: unknown[]): boolean {
  if (field.wireType !== BYTES || (slot.kind !== 'int' && slot.kind !== 'float')) return false;
  if (slot.kind === 'int') readPackedVarints(bytes, field.from, field.to, into as number[]);
  else {
    const view = new DataView(bytes.buffer, bytes.byteOffset + field.from, field.to - field.from);
    for (let at = 0; at + 4 <= view.byteLength; at += 4) into.push(view.getFloat32(at, true));
  }
  return true;
}

function decodeAt<M extends MessageName>(
  message: M,
  bytes: Uint8Array,
  span: { start: number; from: number; to: number },
  depth: number,
): Message<M> {
  if (depth > MAX_DEPTH) {
    throw new AutodiffError(
      'bad-model',
      `graphs are nested more than ${MAX_DEPTH} deep; expected a model, check the file`,
    );
  }
  const members = slots.get(message) as ReadonlyMap<number, Slot>;
  const decoded: Record<string, unknown> = { span: { start: span.start, from: span.from, to: span.to } };
  for (const slot of members.values()) if (slot.repeated || slot.kind === 'chunks') decoded[slot.name] = [];
  for (const field of fields(bytes, span.from, span.to)) {
    const slot = members.get(field.number);
    if (!slot) continue;
    const list = decoded[slot.name];
    if (!Array.isArray(list)) decoded[slot.name] = read(bytes, message, slot, field, depth);
    else if (!readPacked(bytes, slot, field, list)) list.push(read(bytes, message, slot, field, depth));
  }
  return decoded as Message<M>;
}

/**
 * Reads one message; byte fields are views into `bytes`, nothing large is copied.
 * @param span where the message stands; all of `bytes` by default
 * @throws AutodiffError `bad-model` with the byte where reading stopped
 */
export function decode<M extends MessageName>(
  message: M,
  bytes: Uint8Array,
  span?: { start: number; from: number; to: number },
): Message<M> {
  return decodeAt(message, bytes, span ?? { start: 0, from: 0, to: bytes.length }, 0);
}
