import type { Model, Pass, RunRequest, Seed, Tensor } from '@gradcam/core';
import { type LawName, type Network, networks, referenceModel } from '../../src/index.ts';

/** A model that is wrong in one way, and the laws that this breaks. */
export interface BrokenModel {
  readonly name: string;
  readonly create: (network: Network) => Promise<Model>;
  readonly live?: () => number;
  /** Laws that must fail; every other law must hold. */
  readonly breaks: readonly LawName[];
  readonly network: Network;
}

export const named = (name: string): Network => {
  const network = networks.find((one) => one.name === name);
  if (!network) throw new Error(`there is no network "${name}"`);
  return network;
};
export const pooled = named('a head of pooling and a linear layer');

/** What comes out of a right model, changed by `change`; a call that goes in, by `before`. */
interface Change {
  readonly gradient?: (gradient: Tensor, layer: string) => Tensor;
  readonly seed?: (seed: Seed) => Seed;
  readonly run?: (model: Model, inputs: Parameters<Model['run']>[0], request: RunRequest) => Promise<Pass>;
  readonly resume?: Model['resume'];
}

export async function wrong(
  network: Network,
  { gradient = (g) => g, seed = (s) => s, run, resume }: Change,
): Promise<Model> {
  const model = await referenceModel(network);
  const seeded = (request: RunRequest): RunRequest =>
    request.seed === undefined ? request : { ...request, seed: seed(request.seed) };
  return {
    backend: model.backend,
    inputs: model.inputs,
    outputs: model.outputs,
    score: model.score,
    layers: model.layers,
    run: async (inputs, request = {}) => {
      const pass = await (run ? run(model, inputs, seeded(request)) : model.run(inputs, seeded(request)));
      return { ...pass, gradients: new Map([...pass.gradients].map(([name, g]) => [name, gradient(g, name)])) };
    },
    resume: resume ?? ((point, options) => model.resume(point, options)),
    pull: async (point, given, options) => gradient(await model.pull(point, seed(given), options), point.layer),
    dispose: () => model.dispose(),
  };
}

/** Some values times a number. */
export const scaled =
  (by: number, only: (index: number, dims: readonly number[]) => boolean = () => true) =>
  ({ data, dims }: Tensor): Tensor => ({ data: data.map((value, i) => (only(i, dims) ? by * value : value)), dims });

/** Has rows and columns. */
export const isMap = (dims: readonly number[]): boolean => dims.length === 4 && (dims[2] ?? 1) > 1;
