import { featuresOf, type Inputs, type Tensor } from '@gradcam/core';
import { picturesFor } from '../network.ts';
import { Broken, type Law, type Subject } from './law.ts';
import { layerOf, pictures, valueAt } from './subject.ts';

/** Far outside of what pictures hold. */
const BRIGHT = 12;
/** Pixels that the centre may lie off: half a cell of a coarse map, and what borders cut off. */
const REACH = 3;

/** The picture with one pixel of another brightness in every channel. */
function changedAt(inputs: Inputs, name: string, [y, x]: readonly [number, number], value: number): Inputs {
  const bright = ({ data, dims: [n = 1, channels = 1, height = 1, width = 1] }: Tensor): Tensor => {
    const result = data.slice();
    for (let c = 0; c < channels; c++) result[(c * height + y) * width + x] = value;
    return { data: result, dims: [n, channels, height, width] };
  };
  if (!(inputs instanceof Map)) return bright(inputs as Tensor);
  const all = inputs as ReadonlyMap<string, Tensor>;
  return new Map(all).set(name, bright(all.get(name) as Tensor));
}

/** Where in the picture a layer changed when a pixel did, very bright or very dark: the centre of all squared changes. */
async function centreOfChange(subject: Subject, name: string, pixel: readonly [number, number]): Promise<number[]> {
  const { model, network } = subject;
  const layer = layerOf(subject, name);
  if (!layer.grid)
    throw new Broken({ layer: name, expected: 'a layer with positions', received: 'one without a grid' });
  const x = pictures(subject, 1);
  const picture = model.inputs[0]?.name ?? '';
  const read = async (inputs: Inputs): Promise<Tensor> =>
    valueAt((await model.run(inputs, { layers: [layer.name] })).activations, layer, 'activation');
  const before = featuresOf(await read(x), layer.grid, 0);
  const { dims } = [...picturesFor(network, 1).values()][0] as Tensor;
  const [rows = 1, columns = 1] = before.space;
  let [y, across, total] = [0, 0, 0];
  for (const value of [BRIGHT, -BRIGHT]) {
    const after = featuresOf(await read(changedAt(x, picture, pixel, value)), layer.grid, 0);
    before.data.forEach((old, i) => {
      const weight = ((after.data[i] ?? 0) - old) ** 2;
      const cell = i % before.positions;
      y += weight * (Math.floor(cell / columns) + 0.5);
      across += weight * ((cell % columns) + 0.5);
      total += weight;
    });
  }
  return [(y / total) * ((dims[2] ?? 1) / rows), (across / total) * ((dims[3] ?? 1) / columns)];
}

/** 6: rows are rows and columns are columns. */
export const layout: Law = {
  name: 'layout',
  statement: 'a bright pixel lands in the right cell',
  check: async (subject) => {
    const { network } = subject;
    const [early] = network.layers;
    const { dims } = [...picturesFor(network, 1).values()][0] as Tensor;
    const [, , height = 1, width = 1] = dims;
    const pixels: readonly (readonly [number, number])[] = [
      [1, width - 3],
      [height - 2, 2],
      [height - 3, width - 2],
    ];
    for (const pixel of pixels) {
      const [y = 0, x = 0] = await centreOfChange(subject, early, pixel);
      if (Math.abs(y - pixel[0] - 0.5) <= REACH && Math.abs(x - pixel[1] - 0.5) <= REACH) continue;
      throw new Broken({
        layer: early,
        expected: `the change where the bright pixel is, row ${pixel[0]}, column ${pixel[1]} of the picture`,
        received: `row ${y}, column ${x}`,
      });
    }
    return undefined;
  },
};
