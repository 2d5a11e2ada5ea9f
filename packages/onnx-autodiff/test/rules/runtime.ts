import type { InferenceSession, Tensor } from 'onnxruntime-common';
import { fromHalf, toHalf } from '../models/build.ts';

export interface Values {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: ArrayLike<number>;
}

export interface Session {
  run(feeds: ReadonlyMap<string, Values>): Promise<ReadonlyMap<string, Values>>;
  release(): Promise<void>;
}

/** ONNX Runtime as the rule checks use it. */
export interface Runtime {
  readonly name: string;
  load(bytes: Uint8Array): Promise<Session>;
}

/** The parts of onnxruntime-node and onnxruntime-web that the tests use. */
export interface Ort {
  readonly InferenceSession: {
    create(bytes: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: new (type: 'float32', data: Float32Array, dims: readonly number[]) => Tensor;
}

const arrays: Record<string, (data: ArrayLike<number>) => unknown> = {
  float32: (data) => Float32Array.from(data),
  float64: (data) => Float64Array.from(data),
  float16: (data) => Uint16Array.from(Array.from(data), toHalf),
  int64: (data) => BigInt64Array.from(Array.from(data), BigInt),
  int32: (data) => Int32Array.from(data),
  uint32: (data) => Uint32Array.from(data),
  uint64: (data) => BigUint64Array.from(Array.from(data), BigInt),
  uint8: (data) => Uint8Array.from(data),
  int8: (data) => Int8Array.from(data),
  uint16: (data) => Uint16Array.from(data),
  int16: (data) => Int16Array.from(data),
  bool: (data) => Uint8Array.from(data),
};

function numbersOf(type: string, data: Tensor['data']): ArrayLike<number> {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return Array.from(data, Number);
  return type === 'float16' && data instanceof Uint16Array ? Array.from(data, fromHalf) : (data as Float32Array);
}

export function runtimeOf(ort: Ort, provider: 'cpu' | 'wasm'): Runtime {
  const NewTensor = ort.Tensor as unknown as new (type: string, data: unknown, dims: readonly number[]) => Tensor;
  return {
    name: provider,
    load: async (bytes) => {
      const session = await ort.InferenceSession.create(bytes, { executionProviders: [provider], logSeverityLevel: 3 });
      return {
        run: async (feeds) => {
          const tensors = Object.fromEntries(
            [...feeds].map(([name, { type, dims, data }]) => [name, new NewTensor(type, arrays[type]?.(data), dims)]),
          );
          const results = await session.run(tensors);
          return new Map(
            Object.entries(results).map(([name, { type, dims, data }]) => [
              name,
              { type, dims, data: numbersOf(type, data) },
            ]),
          );
        },
        release: () => session.release(),
      };
    },
  };
}
