import { concatenated, sizeOf, type Tensor } from '../tensor.ts';

type Results = ReadonlyMap<string, Tensor>;

/** Samples `from` to `to` of a tensor, a view; the last is repeated up to `length`. A batch of 1 stands for any sample. */
export function samples(tensor: Tensor, from: number, to: number, length: number = to - from): Tensor {
  const { data, dims } = tensor;
  const [count = 1, ...rest] = dims;
  const each = sizeOf(rest);
  if (count === 1 && to > 1) return samples({ data: repeated(data, to), dims: [to, ...rest] }, from, to, length);
  const part = data.subarray(from * each, to * each);
  if (to - from === length) return { data: part, dims: [length, ...rest] };
  const padded = new Float32Array(length * each);
  padded.set(part);
  for (let row = to - from; row < length; row++) padded.set(data.subarray((to - 1) * each, to * each), row * each);
  return { data: padded, dims: [length, ...rest] };
}

function repeated(data: Float32Array, times: number): Float32Array {
  const result = new Float32Array(data.length * times);
  for (let i = 0; i < times; i++) result.set(data, i * data.length);
  return result;
}

/** The results of consecutive runs as those of one. */
export function joined(parts: readonly Results[]): Results {
  const [first] = parts;
  if (!first || parts.length === 1) return first ?? new Map();
  return new Map([...first.keys()].map((name) => [name, concatenated(parts.map((part) => part.get(name) as Tensor))]));
}

/** Largest relative L2 difference of a sample's results alone and within a batch that rounding explains. */
const SAME = 1e-3;

/** Whether the samples of a batch gave what they give alone. */
export function agree(together: Results, alone: Results, sample: number): boolean {
  return [...alone].every(([name, tensor]) => {
    const within = samples(together.get(name) as Tensor, sample, sample + 1);
    let difference = 0;
    let norm = 0;
    tensor.data.forEach((value, i) => {
      difference += (value - (within.data[i] as number)) ** 2;
      norm += value ** 2;
    });
    return difference <= SAME ** 2 * norm;
  });
}
