import { AutodiffError } from '../errors.ts';
import { MAX_VARINT_BYTES } from './limits.ts';

/** Protobuf wire types: https://protobuf.dev/programming-guides/encoding/ */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

/** One field of a message: its number, how it is encoded, and where it stands. `start` is its tag, `from`..`to` its content. */
export interface Field {
  readonly number: number;
  readonly wireType: number;
  readonly start: number;
  readonly from: number;
  readonly to: number;
}

function broken(what: string, at: number): AutodiffError {
  return new AutodiffError(
    'bad-model',
    `not a whole ONNX file: ${what} at byte ${at}; expected a protobuf ModelProto, check that the file is complete`,
  );
}

/** Where the varint that starts at `at` ends. */
function varintEnd(bytes: Uint8Array, at: number, limit: number): number {
  for (let i = at; i < limit && i < at + MAX_VARINT_BYTES; i++) {
    if ((bytes[i] as number) < 0x80) return i + 1;
  }
  throw broken(at + MAX_VARINT_BYTES <= limit ? 'a varint is too long' : 'the data ends within a varint', at);
}

/** An unsigned varint as a number; exact below 2^53. */
function readUnsigned(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let i = to - 1; i >= from; i--) value = value * 128 + ((bytes[i] as number) & 0x7f);
  return value;
}

/** A varint as ONNX uses it, a signed 64-bit integer; beyond 2^53 the nearest number. */
export function readVarint(bytes: Uint8Array, from: number, to: number): number {
  // Eight bytes hold 56 bits: added up as numbers they would be rounded more than once.
  if (to - from < 8) return readUnsigned(bytes, from, to);
  let value = 0n;
  for (let i = to - 1; i >= from; i--) value = (value << 7n) | BigInt((bytes[i] as number) & 0x7f);
  return Number(BigInt.asIntN(64, value));
}

/** The fields of the message in `bytes[from..to)`, in file order, unread. */
export function* fields(bytes: Uint8Array, from = 0, to: number = bytes.length): Generator<Field> {
  let at = from;
  while (at < to) {
    const start = at;
    at = varintEnd(bytes, at, to);
    const tag = readUnsigned(bytes, start, at);
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (number === 0 || number > 0x1fffffff) throw broken(`field number ${number}`, start);
    let content = at;
    let end: number;
    if (wireType === VARINT) end = varintEnd(bytes, at, to);
    else if (wireType === FIXED64) end = at + 8;
    else if (wireType === FIXED32) end = at + 4;
    else if (wireType === BYTES) {
      content = varintEnd(bytes, at, to);
      end = content + readUnsigned(bytes, at, content);
    } else throw broken(`wire type ${wireType}`, start);
    if (end > to) throw broken('a field is longer than the data', start);
    yield { number, wireType, start, from: content, to: end };
    at = end;
  }
}

/** The packed varints in `bytes[from..to)`. */
export function readPackedVarints(bytes: Uint8Array, from: number, to: number, into: number[]): void {
  for (let at = from; at < to; ) {
    const end = varintEnd(bytes, at, to);
    into.push(readVarint(bytes, at, end));
    at = end;
  }
}
