import { explain, gradCam, layerCam, type Tensor } from '@gradcam/core';
import { PICTURE_SEED } from '../definition.ts';
import { goldensOf } from '../goldens.ts';
import { nodeOf } from '../network.ts';
import { targetOf } from './agreement.ts';
import { close, correlation } from './compare.ts';
import { Broken, type Law, type Subject } from './law.ts';
import { layerOf, pictures, seedFor, valueAt } from './subject.ts';

/** Compares with a golden value; quantised files by correlation, and then the error is what is missing to 1. */
function judged(
  { network, tolerance }: Subject,
  what: string,
  layer: string,
  received: Tensor,
  expected: Tensor,
): number {
  const within = tolerance.oracle;
  if (network.stored !== 'quantised') return close({ what, layer, received, expected, within });
  const r = correlation(received.data, expected.data);
  if (r >= tolerance.correlation) return 1 - r;
  throw new Broken({
    layer,
    expected: `${what} to correlate ${tolerance.correlation} with PyTorch's float`,
    received: String(r),
  });
}

/** CAM in closed form, for a layer behind which pooling and a dense layer follow: sum over channels of w[k, class] / positions * A_k. */
function cam({ network }: Subject, index: number, activation: Tensor): Tensor {
  const head = nodeOf(network, network.score);
  if (head.op !== 'dense') throw new Error(`the head of "${network.name}" is ${head.op}; expected a dense layer`);
  const [, channels = 1, height = 1, width = 1] = activation.dims;
  const cells = height * width;
  const classes = head.kernel.dims[1] ?? 1;
  const data = Float32Array.from({ length: cells }, (_, cell) => {
    let sum = 0;
    for (let k = 0; k < channels; k++)
      sum += ((head.kernel.data[k * classes + index] ?? 0) / cells) * (activation.data[k * cells + cell] ?? 0);
    return sum;
  });
  return { data, dims: [height, width] };
}

/** 11: an independent implementation says the same. */
export const oracle: Law = {
  name: 'oracle',
  statement: "outputs, activations, gradients and maps are PyTorch's on the same weights",
  check: async (subject) => {
    const { network, model } = subject;
    const goldens = await goldensOf(network);
    const golden = (name: string): Tensor => goldens.get(name) as Tensor;
    const x = pictures(subject, 1, PICTURE_SEED);
    const layers = network.layers.map((name) => layerOf(subject, name));
    const names = layers.map(({ name }) => name);
    const errors = { output: 0, activation: 0, gradient: 0, map: 0 };
    const values: Record<string, number[]> = { gradient: [], map: [] };
    const note = (kind: keyof typeof errors, layer: string, received: Tensor, expected: Tensor, what: string): void => {
      errors[kind] = Math.max(errors[kind], judged(subject, what, layer, received, expected));
      values[kind]?.push(...received.data);
    };
    for (const index of network.classes) {
      const pass = await model.run(x, { layers: names, seed: seedFor(network, [index]) });
      note('output', network.score, pass.output, golden('output'), 'the score');
      for (const [i, layer] of layers.entries()) {
        const name = network.layers[i] as string;
        const activation = valueAt(pass.activations, layer, 'activation');
        note('activation', name, activation, golden(`${name}/activation`), 'the activation');
        const gradient = valueAt(pass.gradients, layer, 'gradient');
        note('gradient', name, gradient, golden(`${name}/gradient/${index}`), `the gradient of class ${index}`);
        for (const method of [gradCam, layerCam]) {
          const [found] = await explain(model, x, { layer: layer.name, target: targetOf(network, index), method });
          const map = (found as NonNullable<typeof found>).map;
          const data = Float32Array.from(map.data);
          const what = `the ${method.title} map of class ${index}`;
          note('map', name, { data, dims: map.dims }, golden(`${name}/${method.name}/${index}`), what);
          if (name === network.pooledLayer && method === gradCam)
            close({
              what: `${what} (CAM in closed form)`,
              layer: name,
              received: { data, dims: map.dims },
              expected: cam(subject, index, activation),
              within: subject.tolerance.oracle,
            });
        }
      }
    }
    return { errors, values };
  },
};
