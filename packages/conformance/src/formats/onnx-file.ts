import { sizeOf } from '@gradcam/core';
import { halfBits } from './half.ts';
import { Message } from './protobuf.ts';

export type Attribute = number | string | readonly number[] | { readonly float: number };

type ElementType = 'float32' | 'float16' | 'int64' | 'int8' | 'uint8';

const typeNumbers: Readonly<Record<ElementType, number>> = { float32: 1, uint8: 2, int8: 3, int64: 7, float16: 10 };

const arrays: Readonly<Record<ElementType, (values: readonly number[]) => ArrayBufferView>> = {
  float32: (values) => Float32Array.from(values),
  float16: (values) => Uint16Array.from(values, halfBits),
  int64: (values) => BigInt64Array.from(values, BigInt),
  int8: (values) => Int8Array.from(values),
  uint8: (values) => Uint8Array.from(values),
};

function attribute(name: string, value: Attribute): Message {
  const message = new Message().string(1, name);
  if (typeof value === 'number') return message.int(3, value).int(20, 2);
  if (typeof value === 'string') return message.string(4, value).int(20, 3);
  if ('float' in value) return message.float(2, value.float).int(20, 1);
  for (const one of value) message.int(8, one);
  return message.int(20, 7);
}

/** An ONNX file, node by node. Every method that makes a tensor takes its name and returns it. */
export class OnnxFile {
  readonly #graph = new Message();
  readonly #type: 'float32' | 'float16';
  readonly opset: number;

  constructor(opset: number, type: 'float32' | 'float16' = 'float32') {
    this.opset = opset;
    this.#type = type;
  }

  node(
    op: string,
    inputs: readonly string[],
    output: string,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string {
    const message = new Message();
    for (const input of inputs) message.string(1, input);
    message.string(2, output).string(3, output).string(4, op);
    for (const [name, value] of Object.entries(attributes)) message.message(5, attribute(name, value));
    this.#graph.message(1, message);
    return output;
  }

  constant(name: string, dims: readonly number[], values: ArrayLike<number>, type: ElementType = this.#type): string {
    const list = Array.from(values);
    if (list.length !== sizeOf(dims)) throw new Error(`${name} has ${list.length} values; expected those of [${dims}]`);
    const array = arrays[type](list);
    const message = new Message();
    for (const dim of dims) message.int(1, dim);
    message
      .int(2, typeNumbers[type])
      .string(8, name)
      .bytes(9, new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
    this.#graph.message(5, message);
    return name;
  }

  /** A constant list of whole numbers. */
  ints(name: string, values: readonly number[]): string {
    return this.constant(name, [values.length], values, 'int64');
  }

  /** Declares an input or output; dims by name are free. */
  port(kind: 'input' | 'output', name: string, dims: readonly (number | string)[]): void {
    const shape = new Message();
    for (const dim of dims)
      shape.message(1, typeof dim === 'number' ? new Message().int(1, dim) : new Message().string(2, dim));
    const type = new Message().message(1, new Message().int(1, typeNumbers[this.#type]).message(2, shape));
    this.#graph.message(kind === 'input' ? 11 : 12, new Message().string(1, name).message(2, type));
  }

  finish(name: string): Uint8Array {
    return new Message()
      .int(1, 8)
      .string(2, 'gradcam conformance')
      .message(7, this.#graph.string(2, name))
      .message(8, new Message().string(1, '').int(2, this.opset))
      .finish();
  }
}
