import { pointAt } from '@gradcam/core';
import { Broken, type Law } from './law.ts';
import { layerOf, pictures, seedFor, valueAt } from './subject.ts';

/** A signal that is aborted when the call it is given to has begun. */
function aborted(): AbortSignal {
  const controller = new AbortController();
  queueMicrotask(() => controller.abort(new Error('stopped')));
  return controller.signal;
}

/** 8: what a call takes it gives back. */
export const memory: Law = {
  name: 'memory',
  statement: 'live device tensors return to the former count after every call, also a failed one',
  check: async (subject) => {
    const { model, network, live, create } = subject;
    if (!live)
      throw new Broken({ expected: '`live`, a count of device tensors', received: 'none; give one or skip the law' });
    const x = pictures(subject, 2);
    const layer = layerOf(subject, network.layers[0]);
    const seed = seedFor(network, [network.classes[0], network.classes[1]]);
    // the first call may build what is kept
    const pass = await model.run(x, { layers: [layer.name], seed });
    const point = pointAt(layer, valueAt(pass.activations, layer, 'activation'), x);
    const calls: Readonly<Record<string, () => Promise<unknown>>> = {
      run: () => model.run(x),
      'run with layers': () => model.run(x, { layers: [layer.name] }),
      'run with gradients': () => model.run(x, { layers: [layer.name], seed }),
      resume: () => model.resume(point),
      pull: () => model.pull(point, seed),
      'a run of an unknown layer': () => model.run(x, { layers: ['no such layer'], seed }),
      'a pull of an impossible class': () => model.pull(point, [1e6, 0]),
      'a run with the wrong dims': () => model.run({ data: new Float32Array(3), dims: [1, 3] }),
      'an aborted run': () => model.run(x, { layers: [layer.name], seed, signal: aborted() }),
      'an aborted pull': () => model.pull(point, seed, { signal: aborted() }),
    };
    for (const [name, call] of Object.entries(calls)) {
      await call().catch(() => {});
      const before = await live();
      await call().catch(() => {});
      const after = await live();
      if (after !== before)
        throw new Broken({ expected: `${before} live tensors after ${name}, as before it`, received: `${after}` });
    }
    const before = await live();
    const other = await create();
    await other.run(x, { layers: [layer.name], seed });
    await other.dispose();
    const after = await live();
    if (after !== before)
      throw new Broken({ expected: `${before} live tensors after a model came and went`, received: `${after}` });
    return undefined;
  },
};
