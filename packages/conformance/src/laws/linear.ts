import { pointAt, type Tensor } from '@gradcam/core';
import { close } from './compare.ts';
import type { Law } from './law.ts';
import { cotangent, layerOf, pictures, seedFor, valueAt } from './subject.ts';

const combined = (a: Tensor, b: Tensor): Tensor => ({
  data: a.data.map((value, i) => 2 * value - (b.data[i] ?? 0)),
  dims: a.dims,
});

/** 4: pulling back is linear, so any target follows from its slope. */
export const linear: Law = {
  name: 'linear',
  statement: 'the gradient is linear in the seed',
  check: async (subject) => {
    const { model, network, tolerance } = subject;
    const x = pictures(subject, 1);
    const [a, b] = network.classes;
    const seed = combined(cotangent(network, [a]), cotangent(network, [b]));
    for (const name of network.layers) {
      const layer = layerOf(subject, name);
      const gradientOf = async (one: Parameters<typeof model.pull>[1]): Promise<Tensor> =>
        valueAt((await model.run(x, { layers: [layer.name], seed: one })).gradients, layer, 'gradient');
      const expected = combined(await gradientOf(seedFor(network, [a])), await gradientOf(seedFor(network, [b])));
      const within = 10 * tolerance.same;
      const what = 'the gradient of twice one class less another';
      close({ what, layer: name, received: await gradientOf(seed), expected, within });
      const byName = new Map([[model.score.output, seed]]);
      close({ what: `${what}, named`, layer: name, received: await gradientOf(byName), expected, within });
      const { activations } = await model.run(x, { layers: [layer.name] });
      const point = pointAt(layer, valueAt(activations, layer, 'activation'), x);
      close({ what: `${what}, pulled`, layer: name, received: await model.pull(point, seed), expected, within });
    }
    return undefined;
  },
};
