import { GradcamError, type Model } from '@gradcam/core';
import { referenceModel } from '../../src/index.ts';
import { type BrokenModel, named, pooled, wrong } from './wrong.ts';

let leaked = 0;
let inputsOfLast: Parameters<Model['run']>[0];

/** Right numbers, wrong manners; and the numbers of another question. */
export const wrongCalls: readonly BrokenModel[] = [
  {
    name: 'inputs that parallel calls share',
    breaks: ['parallel'],
    create: (network) =>
      wrong(network, {
        run: async (model, inputs, request) => {
          inputsOfLast = inputs;
          await Promise.resolve();
          return model.run(inputsOfLast, request);
        },
      }),
    network: pooled,
  },
  {
    name: 'leaking tensors',
    breaks: ['memory'],
    live: () => leaked,
    create: (network) =>
      wrong(network, {
        run: (model, inputs, request) => {
          leaked++;
          return model.run(inputs, request);
        },
      }),
    network: pooled,
  },
  {
    name: 'tensors that only a failed call leaks',
    breaks: ['memory'],
    live: () => leaked,
    create: (network) =>
      wrong(network, {
        run: async (model, inputs, request) => {
          leaked++;
          const pass = await model.run(inputs, request);
          leaked--;
          return pass;
        },
      }),
    network: pooled,
  },
  {
    name: 'a swallowed abort',
    breaks: ['abort'],
    create: (network) =>
      wrong(network, {
        run: (model, inputs, { layers = [], seed }) =>
          model.run(inputs, { layers, ...(seed === undefined ? {} : { seed }) }),
      }),
    network: pooled,
  },
  {
    name: 'an abort with an error of its own',
    breaks: ['abort'],
    create: async (network) => {
      const model = await referenceModel(network);
      return wrong(network, {
        resume: (point, options) =>
          model.resume(point, options).catch((error: unknown) => {
            throw options?.signal?.aborted ? new Error('aborted') : error;
          }),
      });
    },
    network: pooled,
  },
  {
    name: 'errors that say nothing',
    breaks: ['errors'],
    create: (network) =>
      wrong(network, {
        run: (model, inputs, request) =>
          model.run(inputs, request).catch((error: unknown) => {
            throw error instanceof GradcamError ? new GradcamError(error.code, 'invalid argument') : error;
          }),
      }),
    network: pooled,
  },
  {
    name: 'a layer that is said to be bypassed',
    breaks: ['agreement'],
    create: async (network) => {
      const model = await wrong(network, {});
      return { ...model, layers: model.layers.map((layer) => ({ ...layer, bypassed: true })) };
    },
    network: pooled,
  },
  {
    name: 'a probability instead of the logit',
    breaks: ['oracle', 'agreement'],
    create: (network) => referenceModel({ ...network, score: 'p' }),
    network: named('a softmax head'),
  },
];
