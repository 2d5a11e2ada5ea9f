import { close } from './compare.ts';
import type { Law } from './law.ts';
import { layersOf, pictures, seedFor } from './subject.ts';

/** 1: an instrument that changes what it measures is none. */
export const read: Law = {
  name: 'read',
  statement: 'asking for layers changes no output',
  check: async (subject) => {
    const { model, network, tolerance } = subject;
    const x = pictures(subject, 1);
    const plain = await model.run(x);
    const layers = layersOf(subject).map(({ name }) => name);
    for (const request of [{ layers }, { layers, seed: seedFor(network, [network.classes[0]]) }]) {
      const pass = await model.run(x, request);
      const what = (name: string): string => `output ${name} ${'seed' in request ? 'with gradients' : 'with layers'}`;
      close({ what: what(model.score.output), received: pass.output, expected: plain.output, within: tolerance.same });
      for (const [name, expected] of plain.outputs)
        close({ what: what(name), received: pass.outputs.get(name), expected, within: tolerance.same });
    }
    return undefined;
  },
};
