import { pointAt } from '@gradcam/core';
import { close } from './compare.ts';
import type { Law } from './law.ts';
import { layersOf, pictures, valueAt } from './subject.ts';

/** 2: what was read is what the rest of the network saw. */
export const resume: Law = {
  name: 'resume',
  statement: "resuming at what was read gives run's output, at every layer",
  check: async (subject) => {
    const { model, tolerance } = subject;
    const layers = layersOf(subject);
    // two pictures one after the other: what is left over of the first must not be seen in the second
    for (const seed of [1, 2]) {
      const x = pictures(subject, 1, seed);
      const pass = await model.run(x, { layers: layers.map(({ name }) => name) });
      for (const layer of seed === 1 ? layers.slice(-1) : layers) {
        const activation = valueAt(pass.activations, layer, 'activation');
        const { output } = await model.resume(pointAt(layer, activation, x));
        const within = 10 * tolerance.same;
        close({ what: 'the score', layer: layer.name, received: output, expected: pass.output, within });
      }
    }
    return undefined;
  },
};
