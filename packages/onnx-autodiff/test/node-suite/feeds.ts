import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { countOf, readSmall } from '../../src/graph/tensor.ts';
import { typeName } from '../../src/graph/types.ts';
import { decode } from '../../src/wire/decode.ts';
import type { Values } from '../rules/runtime.ts';

const arrays: Readonly<Record<string, (buffer: ArrayBuffer) => ArrayLike<number>>> = {
  float32: (buffer) => new Float32Array(buffer),
  float64: (buffer) => new Float64Array(buffer),
  int8: (buffer) => new Int8Array(buffer),
  uint8: (buffer) => new Uint8Array(buffer),
  bool: (buffer) => new Uint8Array(buffer),
  int32: (buffer) => new Int32Array(buffer),
  int64: (buffer) => Array.from(new BigInt64Array(buffer), Number),
};

/** A TensorProto file; undefined where it holds something that these checks do not feed (strings, sequences, small floats). */
export function readTensor(bytes: Uint8Array): Values | undefined {
  const tensor = decode('Tensor', bytes);
  const type = typeName(tensor.dataType ?? 0);
  const read = arrays[type];
  if (!read) return undefined;
  const { dims } = tensor;
  const raw = tensor.rawData;
  const data = raw ? read(new Uint8Array(raw).buffer) : readSmall(tensor);
  return data?.length === countOf(dims, 'of a test') ? { type, dims, data } : undefined;
}

/** The inputs of one test, in the order of the model's inputs; undefined where one of them cannot be fed. */
export function readInputs(folder: string): readonly Values[] | undefined {
  const set = join(folder, 'test_data_set_0');
  const count = readdirSync(set).filter((name) => /^input_\d+\.pb$/.test(name)).length;
  const inputs: Values[] = [];
  for (let index = 0; index < count; index++) {
    const values = readTensor(new Uint8Array(readFileSync(join(set, `input_${index}.pb`))));
    if (!values) return undefined;
    inputs.push(values);
  }
  return inputs;
}
