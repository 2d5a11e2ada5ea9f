import { GradcamError, type Port, type Tensor } from '@gradcam/core';
import { fromHalf, toHalf } from './half.ts';
import type { Ort, OrtTensor } from './runtime.ts';

interface IntegerKind {
  readonly low: number;
  readonly high: number;
  readonly array: (data: Float32Array) => OrtTensor.DataType;
}

const integers: Readonly<Record<string, IntegerKind>> = {
  uint8: { low: 0, high: 255, array: (data) => Uint8Array.from(data) },
  int8: { low: -128, high: 127, array: (data) => Int8Array.from(data) },
  uint16: { low: 0, high: 65535, array: (data) => Uint16Array.from(data) },
  int16: { low: -32768, high: 32767, array: (data) => Int16Array.from(data) },
  int32: { low: -(2 ** 31), high: 2 ** 31 - 1, array: (data) => Int32Array.from(data) },
  uint32: { low: 0, high: 2 ** 32 - 1, array: (data) => Uint32Array.from(data) },
  int64: { low: -(2 ** 53), high: 2 ** 53, array: (data) => BigInt64Array.from(data as unknown as number[], BigInt) },
  bool: { low: 0, high: 1, array: (data) => Uint8Array.from(data) },
};

/**
 * A tensor as the runtime wants it, cast to the port's declared type.
 * @throws GradcamError `bad-input` when a value has no exact counterpart in an integer type
 */
export function toOrt(ort: Ort, { data, dims }: Tensor, port: Pick<Port, 'name' | 'type'>): OrtTensor {
  const make = (values: OrtTensor.DataType): OrtTensor =>
    new ort.Tensor(port.type as 'float32', values as Float32Array, dims);
  if (port.type === 'float32') return make(data);
  if (port.type === 'float16') return make(Uint16Array.from(data, toHalf));
  if (port.type === 'float64') return make(Float64Array.from(data));
  const kind = integers[port.type];
  if (!kind) {
    throw new GradcamError(
      'unsupported-model',
      `input ${port.name} is of type ${port.type}; expected a number type, this model cannot be fed with pictures`,
    );
  }
  const wrong = data.find((value) => !Number.isInteger(value) || value < kind.low || value > kind.high);
  if (wrong !== undefined) {
    throw new GradcamError(
      'bad-input',
      `input ${port.name} wants ${port.type} values (whole numbers from ${kind.low} to ${kind.high}), got ${wrong}; do not scale the picture for this model`,
    );
  }
  return make(kind.array(data));
}

/** The numbers of what the runtime gave, as float32: the same memory where they are float32 already. */
export function valuesOf({ data, type }: OrtTensor): Float32Array {
  if (data instanceof Float32Array) return data;
  if (type === 'float16' && data instanceof Uint16Array) return Float32Array.from(data, fromHalf);
  return Float32Array.from(data as ArrayLike<number | bigint>, Number);
}

/** What the runtime gave, as float32. The runtime's own tensor is disposed of. */
export function fromOrt(value: OrtTensor): Tensor {
  const tensor = { data: valuesOf(value), dims: value.dims };
  value.dispose();
  return tensor;
}
