import { pointAt, sizeOf, type Tensor } from '@gradcam/core';
import { close } from './compare.ts';
import type { Law } from './law.ts';
import { alone, layerOf, pictures, seedFor, valueAt } from './subject.ts';

const SAMPLES = 3;

function row({ data, dims }: Tensor, index: number): Tensor {
  const each = sizeOf(dims.slice(1));
  return { data: data.subarray(index * each, (index + 1) * each), dims: [1, ...dims.slice(1)] };
}

/** 5: an explanation does not depend on the company a picture keeps. */
export const batch: Law = {
  name: 'batch',
  statement: 'n samples together equal n alone',
  check: async (subject) => {
    const { model, network, tolerance } = subject;
    const x = pictures(subject, SAMPLES);
    const [a, b] = network.classes;
    const classes = [a, b, a];
    const layers = network.layers.map((name) => layerOf(subject, name));
    const names = layers.map(({ name }) => name);
    const together = await model.run(x, { layers: names, seed: seedFor(network, classes) });
    const within = 10 * tolerance.same;
    for (let n = 0; n < SAMPLES; n++) {
      const single = await model.run(alone(x, n), { layers: names, seed: seedFor(network, classes.slice(n, n + 1)) });
      close({ what: `the score of sample ${n}`, received: row(together.output, n), expected: single.output, within });
      for (const layer of layers) {
        for (const what of ['activations', 'gradients'] as const) {
          const received = row(valueAt(together[what], layer, what), n);
          close({
            what: `${what} of sample ${n}`,
            layer: layer.name,
            received,
            expected: single[what].get(layer.name),
            within,
          });
        }
      }
    }
    for (const layer of layers) {
      const point = pointAt(layer, valueAt(together.activations, layer, 'activation'), x);
      const resumed = await model.resume(point);
      close({
        what: 'the score of all samples, resumed',
        layer: layer.name,
        received: resumed.output,
        expected: together.output,
        within,
      });
      const received = await model.pull(point, seedFor(network, classes));
      close({
        what: 'the gradient of all samples, pulled',
        layer: layer.name,
        received,
        expected: together.gradients.get(layer.name),
        within,
      });
    }
    return undefined;
  },
};
