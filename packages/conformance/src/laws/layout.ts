import { featuresOf, type Inputs, type Tensor } from '@gradcam/core';
import { picturesFor } from '../network.ts';
import { Broken, type Law, type Subject } from './law.ts';
import { layerOf, pictures, valueAt } from './subject.ts';

/** The picture with one pixel brighter in every channel. */
function brightened(inputs: Inputs, name: string, [y, x]: readonly [number, number]): Inputs {
  const bright = ({ data, dims: [n = 1, channels = 1, height = 1, width = 1] }: Tensor): Tensor => {
    const result = data.slice();
    for (let c = 0; c < channels; c++) result[(c * height + y) * width + x] = 12;
    return { data: result, dims: [n, channels, height, width] };
  };
  if (!(inputs instanceof Map)) return bright(inputs as Tensor);
  const all = inputs as ReadonlyMap<string, Tensor>;
  return new Map(all).set(name, bright(all.get(name) as Tensor));
}

/** The position of a layer that changed most when a pixel did, in all channels together. */
async function changed(subject: Subject, name: string, pixel: readonly [number, number]): Promise<number[]> {
  const { model, network } = subject;
  const layer = layerOf(subject, name);
  if (!layer.grid)
    throw new Broken({ layer: name, expected: 'a layer with positions', received: 'one without a grid' });
  const x = pictures(subject, 1);
  const picture = model.inputs[0]?.name ?? '';
  const read = async (inputs: Inputs): Promise<Tensor> =>
    valueAt((await model.run(inputs, { layers: [layer.name] })).activations, layer, 'activation');
  const [before, after] = [await read(x), await read(brightened(x, picture, pixel))];
  const [a, b] = [featuresOf(before, layer.grid, 0), featuresOf(after, layer.grid, 0)];
  const moved = new Float64Array(a.positions);
  a.data.forEach((value, i) => {
    moved[i % a.positions] = (moved[i % a.positions] ?? 0) + ((b.data[i] ?? 0) - value) ** 2;
  });
  const most = moved.indexOf(Math.max(...moved));
  const [, width = 1] = a.space;
  const [height = 1] = a.space;
  const { dims } = [...picturesFor(network, 1).values()][0] as Tensor;
  // where that cell lies in the picture, its centre
  return [
    ((Math.floor(most / width) + 0.5) * (dims[2] ?? 1)) / height,
    (((most % width) + 0.5) * (dims[3] ?? 1)) / width,
  ];
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
      const [y = 0, x = 0] = await changed(subject, early, pixel);
      // one cell of a map at half resolution, and the reach of a 3x3 window
      if (Math.abs(y - pixel[0] - 0.5) <= REACH && Math.abs(x - pixel[1] - 0.5) <= REACH) continue;
      throw new Broken({
        layer: early,
        expected: `the largest change where the bright pixel is, row ${pixel[0]}, column ${pixel[1]} of the picture`,
        received: `row ${y}, column ${x}`,
      });
    }
    return undefined;
  },
};

const REACH = 3;
