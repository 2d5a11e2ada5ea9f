import { pointAt, type SlopePlace, slopesAt } from '@gradcam/core';
import { close } from './compare.ts';
import { Broken, type Law, type Subject } from './law.ts';
import { layersOf, pictures, scoreOf, seedFor, valueAt } from './subject.ts';

/** Steps of the central difference, relative to the activation: large ones, since in small networks kinks are rare and rounding is what is left. */
const STEPS = [3e-2, 1e-2, 3e-3, 1e-3];

async function compareDifferences({ model, tolerance }: Subject, place: SlopePlace): Promise<number> {
  const slopes = await slopesAt(model, place, STEPS);
  for (const { cells, told, found, scale, error } of slopes) {
    if (error <= tolerance.difference) continue;
    const best = found.find((slope) => Math.abs(slope - told) / scale === error);
    throw new Broken({
      layer: place.layer.name,
      expected: `a slope along ${cells} of ${best} (by differences, within ${tolerance.difference})`,
      received: `${told} from the gradient`,
    });
  }
  return Math.max(...slopes.map(({ error }) => error));
}

/** 3: the gradient is how the score changes. */
export const gradient: Law = {
  name: 'gradient',
  statement: "the gradient agrees with differences of resume, and run's equals pull's",
  check: async (subject) => {
    const { model, network, tolerance } = subject;
    const layers = layersOf(subject);
    const x = pictures(subject, 1);
    const seed = seedFor(network, [network.classes[0]]);
    const score: SlopePlace['score'] = (output, sample) => scoreOf(output, sample, network.classes[0]);
    const pass = await model.run(x, { layers: layers.map(({ name }) => name), seed });
    let difference = 0;
    for (const layer of layers) {
      const activation = valueAt(pass.activations, layer, 'activation');
      const expected = valueAt(pass.gradients, layer, 'gradient');
      const received = await model.pull(pointAt(layer, activation, x), seed);
      const within = 10 * tolerance.same;
      close({ what: "pull's gradient", layer: layer.name, received, expected, within });
      close({
        what: 'dims of the gradient',
        layer: layer.name,
        received: expected,
        expected: { ...expected, dims: activation.dims },
        within,
      });
      // rounding has no slope: behind the last quantiser only
      if (network.stored === 'quantised' && layer.name !== network.layers[1]) continue;
      const place = { layer, activation, gradient: expected, inputs: x, score };
      difference = Math.max(difference, await compareDifferences(subject, place));
    }
    return { errors: { difference } };
  },
};
