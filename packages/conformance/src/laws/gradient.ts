import { type Inputs, type Layer, type Tensor, xoshiro128 } from '@gradcam/core';
import { close } from './compare.ts';
import { Broken, type Law, type Subject } from './law.ts';
import { layersOf, pictures, pointAt, scoreOf, seedFor, valueAt } from './subject.ts';

/** Steps of the central difference, relative to the activation; the best of them counts. */
const STEPS = [3e-2, 1e-2, 3e-3, 1e-3];

/** A set of cells of an activation that is moved. */
interface Cells {
  readonly name: string;
  readonly has: (index: number) => boolean;
}

/** All cells, and of a map each border by itself: padding is where rules go wrong. */
function regions({ grid }: Layer, { dims }: Tensor): readonly Cells[] {
  const all = { name: 'all cells', has: () => true };
  const [, , height = 1, width = 1] = dims;
  if (grid?.kind !== 'map' || dims.length !== 4 || height === 1 || width === 1) return [all];
  const row = (i: number): number => Math.floor(i / width) % height;
  return [
    all,
    { name: 'the first row', has: (i) => row(i) === 0 },
    { name: 'the last row', has: (i) => row(i) === height - 1 },
    { name: 'the first column', has: (i) => i % width === 0 },
    { name: 'the last column', has: (i) => i % width === width - 1 },
  ];
}

/**
 * Each cell moves in proportion to its value, so that hardly a Relu or a maximum changes its mind, and along the sign of the gradient, so
 * that no two cells cancel; where the gradient says zero, either way.
 */
function direction({ data }: Tensor, gradient: Tensor, cells: Cells): Float64Array {
  const { uniform } = xoshiro128(5);
  return Float64Array.from(data, (value, i) => {
    const [size, side] = [0.5 + uniform(), uniform() < 0.5 ? -1 : 1];
    return cells.has(i) ? Math.abs(value) * size * (Math.sign(gradient.data[i] ?? 0) || side) : 0;
  });
}

interface Place {
  readonly layer: Layer;
  readonly activation: Tensor;
  readonly gradient: Tensor;
  readonly inputs: Inputs;
}

/** The slope of the score along a direction, by each step. All steps are one batch. */
async function slopes(
  { model, network }: Subject,
  { layer, activation, inputs }: Place,
  along: Float64Array,
): Promise<number[]> {
  const size = activation.data.length;
  const data = new Float32Array(2 * STEPS.length * size);
  STEPS.forEach((step, k) => {
    activation.data.forEach((value, i) => {
      data[2 * k * size + i] = value + step * (along[i] ?? 0);
      data[(2 * k + 1) * size + i] = value - step * (along[i] ?? 0);
    });
  });
  const moved = { data, dims: [2 * STEPS.length, ...activation.dims.slice(1)] };
  const { output } = await model.resume(pointAt(layer, moved, inputs));
  const score = (sample: number): number => scoreOf(output, sample, network.classes[0]);
  return STEPS.map((step, k) => (score(2 * k) - score(2 * k + 1)) / (2 * step));
}

async function compareDifferences(subject: Subject, place: Place): Promise<number> {
  const { layer, activation, gradient } = place;
  let worst = 0;
  let whole = 0;
  for (const cells of regions(layer, activation)) {
    const along = direction(activation, gradient, cells);
    const told = along.reduce((sum, by, i) => sum + by * (gradient.data[i] ?? 0), 0);
    whole ||= Math.abs(told);
    const found = await slopes(subject, place, along);
    // a border that hardly counts is judged by the whole
    const scale = Math.max(Math.abs(told), 1e-2 * whole) || 1;
    const errors = found.map((slope) => Math.abs(slope - told) / scale);
    const best = Math.min(...errors);
    if (!(best <= subject.tolerance.difference)) {
      throw new Broken({
        layer: layer.name,
        expected: `a slope along ${cells.name} of ${found[errors.indexOf(best)]} (by differences, within ${subject.tolerance.difference})`,
        received: `${told} from the gradient`,
      });
    }
    worst = Math.max(worst, best);
  }
  return worst;
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
      difference = Math.max(
        difference,
        await compareDifferences(subject, { layer, activation, gradient: expected, inputs: x }),
      );
    }
    return { errors: { difference } };
  },
};
