import { pointAt } from '@gradcam/core';
import { close } from './compare.ts';
import { Broken, type Law } from './law.ts';
import { layerOf, pictures, seedFor, valueAt } from './subject.ts';

/** 9: a caller who no longer wants an answer gets none, and no lasting harm is done. */
export const abort: Law = {
  name: 'abort',
  statement: 'an aborted call rejects with signal.reason',
  check: async (subject) => {
    const { model, network, tolerance } = subject;
    const x = pictures(subject, 1);
    const layer = layerOf(subject, network.layers[0]);
    const request = { layers: [layer.name], seed: seedFor(network, [network.classes[0]]) };
    const expected = await model.run(x, request);
    const point = pointAt(layer, valueAt(expected.activations, layer, 'activation'), x);
    const calls: Readonly<Record<string, (signal: AbortSignal) => Promise<unknown>>> = {
      run: (signal) => model.run(x, { ...request, signal }),
      resume: (signal) => model.resume(point, { signal }),
      pull: (signal) => model.pull(point, request.seed, { signal }),
    };
    for (const [name, call] of Object.entries(calls)) {
      for (const when of ['before', 'during'] as const) {
        const reason = new Error('stopped');
        const controller = new AbortController();
        if (when === 'before') controller.abort(reason);
        const settled = call(controller.signal).then(
          () => 'a result',
          (error: unknown) => error,
        );
        if (when === 'during') controller.abort(reason);
        const received = await settled;
        if (received !== reason)
          throw new Broken({
            expected: `${name}, aborted ${when} it, to reject with signal.reason`,
            received: String(received),
          });
      }
    }
    const again = await model.run(x, request);
    close({
      what: 'the score after aborts',
      received: again.output,
      expected: expected.output,
      within: tolerance.same,
    });
    return undefined;
  },
};
