import {
  chooseLayer,
  classTarget,
  type Explanation,
  explain,
  findLayer,
  gradCam,
  type Layer,
  layerCam,
  segmentationTarget,
  sizeOf,
  type Target,
} from '@gradcam/core';
import { type Network, nodeOf } from '../network.ts';
import { referenceModel } from '../reference/reference-model.ts';
import { close, correlation } from './compare.ts';
import { Broken, type Law } from './law.ts';
import { layerOf, pictures } from './subject.ts';

/** One class, at every position where the score has some. */
export function targetOf(network: Network, index: number): Target {
  const [, ...space] = nodeOf(network, network.score).dims;
  return space.length === 0 ? classTarget(index) : segmentationTarget(index, new Float32Array(sizeOf(space)).fill(1));
}

/** What a layer says of itself beside its numbers. */
const factsOf = ({ bypassed, onPath, blocked, grid }: Layer): string =>
  JSON.stringify({ bypassed, onPath, blocked: blocked.length > 0, grid });

const codesOf = (explanation: Explanation | undefined): string =>
  `the warnings [${explanation?.warnings.map(({ code }) => code)}]`;

/** 12: whatever backend you install, you get the same explanation. */
export const agreement: Law = {
  name: 'agreement',
  statement: 'the map is that of the reference backend on the same weights',
  check: async (subject) => {
    const { network, model, tolerance } = subject;
    const reference = await referenceModel(network);
    const own = { network, model: reference };
    let worst = 0;
    const choice = chooseLayer(reference.layers).layer.name;
    const taken = chooseLayer(model.layers).layer.name;
    if (taken !== layerOf(subject, choice).name)
      throw new Broken({ expected: `the automatic choice to be ${choice}`, received: taken });
    for (const name of network.layers) {
      const [found, wanted] = [factsOf(layerOf(subject, name)), factsOf(findLayer(reference.layers, name))];
      if (found !== wanted) throw new Broken({ layer: name, expected: wanted, received: found });
      for (const index of network.classes) {
        for (const method of [gradCam, layerCam]) {
          const options = { target: targetOf(network, index), method };
          const [received] = await explain(model, pictures(subject, 1), {
            ...options,
            layer: layerOf(subject, name).name,
          });
          const [expected] = await explain(reference, pictures(own, 1), { ...options, layer: name });
          const what = `the ${method.title} map of class ${index}`;
          const [doubts, expectedDoubts] = [codesOf(received), codesOf(expected)];
          if (doubts !== expectedDoubts)
            throw new Broken({
              layer: name,
              expected: `${what} with ${expectedDoubts}`,
              received: doubts,
            });
          if (network.stored === 'quantised') {
            const r = correlation(received?.map.data ?? [], expected?.map.data ?? []);
            if (!(r >= tolerance.correlation))
              throw new Broken({
                layer: name,
                expected: `${what} to correlate ${tolerance.correlation} with float`,
                received: String(r),
              });
            worst = Math.max(worst, 1 - r);
          } else {
            const within = tolerance.oracle;
            worst = Math.max(
              worst,
              close({ what, layer: name, received: received?.map as never, expected: expected?.map as never, within }),
            );
          }
        }
      }
    }
    return { errors: { agreement: worst } };
  },
};
