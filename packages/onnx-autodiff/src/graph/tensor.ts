import { AutodiffError } from '../errors.ts';
import { MAX_CONSTANT_VALUES } from '../wire/limits.ts';
import { FIXED32, FIXED64, readPackedVarints, readVarint, VARINT } from '../wire/reader.ts';
import type { Chunk, Message } from '../wire/schema.ts';
import { type ExternalData, externalBytes } from './external.ts';
import { BFLOAT16, BOOL, DOUBLE, FLOAT, FLOAT16, INT8, INT32, INT64, typeName, UINT8 } from './types.ts';

/** How many values the dims hold, without overflow; the file is not trusted. */
export function countOf(dims: readonly number[], name: string): number {
  let count = 1n;
  for (const dim of dims) {
    if (dim < 0)
      throw new AutodiffError(
        'bad-model',
        `tensor ${name} has a negative dimension in [${dims}]; expected sizes >= 0, the file is damaged`,
      );
    count *= BigInt(dim);
  }
  if (count > 2n ** 53n)
    throw new AutodiffError(
      'bad-model',
      `tensor ${name} declares ${count} values in [${dims}]; no file holds that, it is damaged`,
    );
  return Number(count);
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function bfloat(bits: number): number {
  return new Float32Array(new Uint32Array([bits << 16]).buffer)[0] as number;
}

type ReadOne = (view: DataView, at: number) => number;
const rawReaders = new Map<number, readonly [bytes: number, read: ReadOne]>([
  [FLOAT, [4, (view, at) => view.getFloat32(at, true)]],
  [DOUBLE, [8, (view, at) => view.getFloat64(at, true)]],
  [FLOAT16, [2, (view, at) => half(view.getUint16(at, true))]],
  [BFLOAT16, [2, (view, at) => bfloat(view.getUint16(at, true))]],
  [UINT8, [1, (view, at) => view.getUint8(at)]],
  [BOOL, [1, (view, at) => view.getUint8(at)]],
  [INT8, [1, (view, at) => view.getInt8(at)]],
  [INT32, [4, (view, at) => view.getInt32(at, true)]],
  [INT64, [8, (view, at) => Number(view.getBigInt64(at, true))]],
]);

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The numbers of a repeated scalar field, packed or not. */
function readChunks(chunks: readonly Chunk[], width: 0 | 4 | 8): number[] {
  const values: number[] = [];
  for (const { wireType, bytes } of chunks) {
    if (width === 0) {
      if (wireType === VARINT) values.push(readVarint(bytes, 0, bytes.length));
      else readPackedVarints(bytes, 0, bytes.length, values);
      continue;
    }
    const view = viewOf(bytes);
    const step = wireType === FIXED32 ? 4 : wireType === FIXED64 ? 8 : width;
    for (let at = 0; at + step <= view.byteLength; at += step) {
      values.push(step === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true));
    }
  }
  return values;
}

function readFields(tensor: Message<'Tensor'>, type: number): number[] {
  if (type === FLOAT) return readChunks(tensor.floatData, 4);
  if (type === DOUBLE) return readChunks(tensor.doubleData, 8);
  if (type === INT64) return readChunks(tensor.int64Data, 0);
  const values = readChunks(tensor.int32Data, 0);
  return type === FLOAT16 ? values.map(half) : type === BFLOAT16 ? values.map(bfloat) : values;
}

/**
 * The values of a small constant as numbers (shapes, axes, pads, limits, scalars).
 * undefined when it is large, kept in a file that is not at hand, or of a type that is no number.
 */
export function readSmall(tensor: Message<'Tensor'>, external?: ExternalData): readonly number[] | undefined {
  const type = tensor.dataType ?? 0;
  const name = tensor.name ?? 'without a name';
  const count = countOf(tensor.dims, name);
  const reader = rawReaders.get(type);
  if (count > MAX_CONSTANT_VALUES || !reader) return undefined;
  const raw = tensor.dataLocation === 1 ? externalBytes(tensor, external) : tensor.rawData;
  if (tensor.dataLocation === 1 && !raw) return undefined;
  let values: number[];
  if (raw) {
    const [width, read] = reader;
    const view = viewOf(raw);
    values = Array.from({ length: Math.floor(view.byteLength / width) }, (_, i) => read(view, i * width));
  } else values = readFields(tensor, type);
  if (values.length !== count) {
    throw new AutodiffError(
      'bad-model',
      `tensor ${name} holds ${values.length} ${typeName(type)} values, its dims [${tensor.dims}] want ${count}; the file is damaged`,
    );
  }
  return values;
}
