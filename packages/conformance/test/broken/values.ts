import { type Model, type Point, type RunRequest, sizeOf, type Tensor } from '@gradcam/core';
import { type Network, referenceModel } from '../../src/index.ts';
import { type BrokenModel, isMap, pooled, scaled, wrong } from './wrong.ts';

/** Rows and columns of every map exchanged in the data, dims kept. */
function transposed({ data, dims }: Tensor, back = false): Tensor {
  const [, , height = 1, width = 1] = dims;
  if (!isMap(dims)) return { data, dims };
  const result = new Float32Array(data.length);
  const cells = height * width;
  data.forEach((_, i) => {
    const cell = i % cells;
    const other = i - cell + (cell % height) * width + Math.floor(cell / height);
    if (back) result[other] = data[i] ?? 0;
    else result[i] = data[other] ?? 0;
  });
  return { data: result, dims };
}

const allTransposed = (tensors: ReadonlyMap<string, Tensor>): Map<string, Tensor> =>
  new Map([...tensors].map(([name, tensor]) => [name, name === 'x' ? tensor : transposed(tensor)]));
const right = (point: Point): Point =>
  point.layer === 'x' ? point : { ...point, activation: transposed(point.activation, true) };

async function transposing(network: Network): Promise<Model> {
  const model = await referenceModel(network);
  const base = await wrong(network, {
    run: async (_model, inputs, request) => {
      const pass = await model.run(inputs, request);
      return { ...pass, activations: allTransposed(pass.activations), gradients: allTransposed(pass.gradients) };
    },
    resume: (point, options) => model.resume(right(point), options),
  });
  return {
    ...base,
    dispose: () => model.dispose(),
    pull: async (point, seed, options) => {
      const gradient = await model.pull(right(point), seed, options);
      return point.layer === 'x' ? gradient : transposed(gradient);
    },
  };
}

/** The rows of a batch, the first behind the last. */
function rotated({ data, dims }: Tensor): Tensor {
  const each = sizeOf(dims.slice(1));
  const result = new Float32Array(data.length);
  result.set(data.subarray(each));
  result.set(data.subarray(0, each), data.length - each);
  return { data: result, dims };
}

const allRotated = (tensors: ReadonlyMap<string, Tensor>): Map<string, Tensor> =>
  new Map([...tensors].map(([name, tensor]) => [name, rotated(tensor)]));

/** Reads an activation, hands over that of the call before. */
function stale(network: Network, where: (request: RunRequest) => boolean): Promise<Model> {
  const kept = new Map<string, Tensor>();
  return wrong(network, {
    run: async (model, inputs, request) => {
      const pass = await model.run(inputs, request);
      if (!where(request)) return pass;
      const activations = new Map(
        [...pass.activations].map(([name, tensor]) => {
          const key = `${name} ${tensor.dims}`;
          const before = kept.get(key) ?? tensor;
          kept.set(key, tensor);
          return [name, before];
        }),
      );
      return { ...pass, activations };
    },
  });
}

/** Wrong outputs and activations. */
export const wrongValues: readonly BrokenModel[] = [
  {
    name: 'a plain run that computes something else',
    breaks: ['read'],
    create: (network) =>
      wrong(network, {
        run: async (model, inputs, request) => {
          const pass = await model.run(inputs, request);
          return request.layers ? pass : { ...pass, output: scaled(1.001)(pass.output) };
        },
      }),
    network: pooled,
  },
  {
    name: 'a stale activation',
    breaks: ['resume', 'gradient', 'batch', 'layout', 'parallel'],
    create: (network) => stale(network, () => true),
    network: pooled,
  },
  {
    name: 'a stale activation of a pass without gradients',
    breaks: ['resume'],
    create: (network) => stale(network, ({ layers = [], seed }) => seed === undefined && layers.length > 1),
    network: pooled,
  },
  {
    name: 'batch rows mixed',
    breaks: ['batch'],
    create: (network) =>
      wrong(network, {
        run: async (model, inputs, request) => {
          const pass = await model.run(inputs, request);
          return {
            ...pass,
            output: rotated(pass.output),
            activations: allRotated(pass.activations),
            gradients: allRotated(pass.gradients),
          };
        },
      }),
    network: pooled,
  },
  { name: 'a transposed layout', breaks: ['layout', 'oracle', 'agreement'], create: transposing, network: pooled },
];
