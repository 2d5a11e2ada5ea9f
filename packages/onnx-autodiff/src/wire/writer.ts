import { BYTES, FIXED32, VARINT } from './reader.ts';

const utf8 = new TextEncoder();

/** Bytes of a protobuf message, written front to back. */
export class Writer {
  #bytes = new Uint8Array(256);
  #length = 0;

  #grow(by: number): void {
    if (this.#length + by <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + by));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }

  /** An int64; negative numbers take ten bytes, as protobuf wants. Numbers beyond the range are clamped to it. */
  varint(value: number): this {
    this.#grow(10);
    if (value >= 0 && value <= Number.MAX_SAFE_INTEGER) {
      let rest = value;
      while (rest >= 128) {
        this.#bytes[this.#length++] = (rest % 128) | 0x80;
        rest = Math.floor(rest / 128);
      }
      this.#bytes[this.#length++] = rest;
      return this;
    }
    const clamped = value >= 2 ** 63 ? 2n ** 63n - 1n : BigInt(Math.max(value, -(2 ** 63)));
    let rest = BigInt.asUintN(64, clamped);
    while (rest >= 128n) {
      this.#bytes[this.#length++] = Number(rest & 127n) | 0x80;
      rest >>= 7n;
    }
    this.#bytes[this.#length++] = Number(rest);
    return this;
  }

  #tag(field: number, wireType: number): this {
    return this.varint(field * 8 + wireType);
  }

  raw(bytes: Uint8Array): this {
    this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  int(field: number, value: number): this {
    return this.#tag(field, VARINT).varint(value);
  }

  float(field: number, value: number): this {
    this.#tag(field, FIXED32).#grow(4);
    new DataView(this.#bytes.buffer).setFloat32(this.#length, value, true);
    this.#length += 4;
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#tag(field, BYTES).varint(value.length).raw(value);
  }

  string(field: number, value: string): this {
    return this.bytes(field, utf8.encode(value));
  }

  /** A nested message, written by `write`. */
  message(field: number, write: (nested: Writer) => unknown): this {
    const nested = new Writer();
    write(nested);
    return this.bytes(field, nested.finish());
  }

  /** Repeated int64 in the packed form that proto3 writers choose. */
  ints(field: number, values: readonly number[]): this {
    return this.message(field, (packed) => {
      for (const value of values) packed.varint(value);
    });
  }

  /** Repeated float in the packed form. */
  floats(field: number, values: readonly number[]): this {
    return this.bytes(field, new Uint8Array(Float32Array.from(values).buffer));
  }

  /** What was written so far; a view, valid until the next write. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
}
