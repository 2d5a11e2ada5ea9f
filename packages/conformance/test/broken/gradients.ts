import type { Tensor } from '@gradcam/core';
import { referenceModel } from '../../src/index.ts';
import { type BrokenModel, isMap, pooled, scaled, wrong } from './wrong.ts';

/** The last row of a map. */
const lastRow = (i: number, dims: readonly number[]): boolean =>
  isMap(dims) && Math.floor(i / (dims[3] ?? 1)) % (dims[2] ?? 1) === (dims[2] ?? 1) - 1;

/** A cotangent of five classes with each class's place taken by the next. */
const shifted = ({ data, dims }: Tensor): Tensor => ({
  data: data.map((_, i) => data[i - (i % 5) + ((i + 4) % 5)] ?? 0),
  dims,
});

/** Wrong gradients. */
export const wrongGradients: readonly BrokenModel[] = [
  {
    name: 'the gradient scaled by two',
    breaks: ['gradient', 'oracle', 'agreement'],
    create: (network) => wrong(network, { gradient: scaled(2) }),
    network: pooled,
  },
  {
    name: 'the gradient scaled by 1.03',
    breaks: ['gradient', 'oracle', 'agreement'],
    create: (network) => wrong(network, { gradient: scaled(1.03) }),
    network: pooled,
  },
  {
    name: 'a wrong border row of the gradient',
    breaks: ['gradient'],
    // at a layer that the golden values do not show
    create: (network) => wrong(network, { gradient: (g, layer) => (layer === 'c1' ? scaled(0.9, lastRow)(g) : g) }),
    network: pooled,
  },
  {
    name: 'a dropped mask of a Relu',
    breaks: ['gradient'],
    create: async (network) => {
      const right = await referenceModel(network);
      // at c2 the gradient of r2: what it would be, had the Relu let everything through
      return wrong(network, {
        run: async (model, inputs, request) => {
          const layers = request.layers ?? [];
          const pass = await model.run(inputs, { ...request, layers: [...new Set([...layers, 'r2'])] });
          const r2 = pass.gradients.get('r2');
          const change = <V>(map: ReadonlyMap<string, V>): Map<string, V> =>
            new Map([...map].filter(([name]) => layers.includes(name)));
          const gradients = change(pass.gradients);
          if (r2 && gradients.has('c2')) gradients.set('c2', r2);
          return { ...pass, activations: change(pass.activations), gradients };
        },
      }).then((model) => ({
        ...model,
        pull: async (point, seed, options) =>
          right.pull(point.layer === 'c2' ? { ...point, layer: 'r2' } : point, seed, options),
      }));
    },
    network: pooled,
  },
  {
    name: 'the wrong class',
    breaks: ['gradient', 'oracle', 'agreement'],
    create: (network) =>
      wrong(network, {
        seed: (seed) => {
          if (Array.isArray(seed)) return (seed as number[]).map((index) => (index < 5 ? (index + 1) % 5 : index));
          if (seed instanceof Map)
            return new Map([...(seed as ReadonlyMap<string, Tensor>)].map(([name, one]) => [name, shifted(one)]));
          return seed === 'top' ? seed : shifted(seed as Tensor);
        },
      }),
    network: pooled,
  },
  {
    name: 'a seed that is normalised',
    breaks: ['linear'],
    create: (network) =>
      wrong(network, {
        seed: (seed) => {
          if (seed === 'top' || Array.isArray(seed) || seed instanceof Map) return seed;
          const { data, dims } = seed as Tensor;
          return { data: data.map((value) => value / (data.reduce((a, b) => a + Math.abs(b), 0) || 1)), dims };
        },
      }),
    network: pooled,
  },
];
