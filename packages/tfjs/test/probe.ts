import { abs, add, grad, log, max, slice, sub, sum, type Tensor, tidy, zeros } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { withGradients } from '../src/gradients/index.ts';

export type Layer = LayersModel['layers'][number];

/** The layers of a model and of all models inside it. */
export function allLayers(model: LayersModel): Layer[] {
  return model.layers.flatMap((layer) => [
    layer as Layer,
    ...('layers' in layer ? allLayers(layer as LayersModel) : []),
  ]);
}

/**
 * d log p[class] / d (what a layer returns), by adding a zero there while the whole model predicts: an oracle that knows nothing
 * of cuts. Of several calls of the layer it is the one that returns `value`. The gradient belongs to the caller.
 */
export function probed(
  model: LayersModel,
  name: string,
  value: Tensor,
  inputs: Tensor[],
  classIndex: number,
  backend: string,
): Tensor {
  const layer = allLayers(model).find((one) => one.name === name) as Layer;
  const plain = layer.call.bind(layer);
  const isIt = (other: Tensor): boolean => tidy(() => max(abs(sub(other, value))).dataSync()[0] as number) < 1e-5;
  const score = (delta: Tensor): Tensor => {
    layer.call = (...args) => {
      const result = plain(...args) as Tensor;
      return isIt(result) ? add(result, delta) : result;
    };
    const [first] = [model.predict(inputs)].flat();
    return sum(log(slice(first as Tensor, [0, classIndex], [-1, 1])));
  };
  try {
    return withGradients(backend, () => tidy(() => grad(score)(zeros(value.shape))));
  } finally {
    Reflect.deleteProperty(layer, 'call');
  }
}
