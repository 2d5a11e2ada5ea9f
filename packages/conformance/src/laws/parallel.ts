import { close } from './compare.ts';
import type { Law } from './law.ts';
import { layerOf, pictures, seedFor, valueAt } from './subject.ts';

/** 7: calls do not see each other. */
export const parallel: Law = {
  name: 'parallel',
  statement: 'parallel calls equal serial ones',
  check: async (subject) => {
    const { model, network, tolerance } = subject;
    const layers = network.layers.map((name) => layerOf(subject, name));
    const requests = [1, 2, 3, 4].map((seed, i) => ({
      inputs: pictures(subject, 1, seed),
      layer: layers[i % 2] as (typeof layers)[number],
      seed: seedFor(network, [network.classes[i < 2 ? 0 : 1]]),
    }));
    const call = (i: number): ReturnType<typeof model.run> => {
      const { inputs, layer, seed } = requests[i] as (typeof requests)[number];
      return model.run(inputs, { layers: [layer.name], seed });
    };
    const together = await Promise.all(requests.map((_, i) => call(i)));
    for (const [i, { layer }] of requests.entries()) {
      const [received, expected] = [together[i] as Awaited<ReturnType<typeof call>>, await call(i)];
      const within = tolerance.same;
      close({ what: `the score of call ${i}`, received: received.output, expected: expected.output, within });
      for (const what of ['activations', 'gradients'] as const)
        close({
          what: `${what} of call ${i}`,
          layer: layer.name,
          received: valueAt(received[what], layer, what),
          expected: valueAt(expected[what], layer, what),
          within,
        });
    }
    return undefined;
  },
};
