import type { Constant } from '../../onnx-autodiff/test/models/build.ts';
import { generator, normal } from '../../onnx-autodiff/test/rules/random.ts';
import { sizeOf, type Tensor } from '../src/index.ts';

/** Seeded numbers of mean 0, as a picture to be fed and as a constant of a file. */
export function noise(seed: number): (dims: readonly number[], scale?: number) => Tensor & Constant {
  const random = generator(seed);
  return (dims, scale = 1) => {
    const data = Float32Array.from({ length: sizeOf(dims) }, () => scale * normal(random));
    return { data, values: data, dims };
  };
}
