import { sizeOf, type Tensor, xoshiro128 } from '@gradcam/core';
import { type Tensor as TfTensor, tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';

export function drawn(dims: readonly number[], seed: number, scale = 1): Tensor {
  const random = xoshiro128(seed);
  return { data: Float32Array.from({ length: sizeOf(dims) }, () => scale * random.normal()), dims };
}

/** Weights that keep the size of values from layer to layer, the same in every run; the model is returned. */
export function withWeights<Model extends LayersModel>(model: Model): Model {
  const weights = model.weights.map(({ shape, originalName }, i): TfTensor => {
    const dims = shape.map((dim) => dim ?? 1);
    const fanIn = Math.max(1, sizeOf(dims.slice(0, -1)));
    const { data } = drawn(dims, i + 1, dims.length === 1 ? 0.2 : Math.sqrt(2 / fanIn));
    return tensor(originalName.includes('variance') ? data.map((value) => 1 + Math.abs(value)) : data, dims);
  });
  model.setWeights(weights);
  for (const weight of weights) weight.dispose();
  return model;
}
