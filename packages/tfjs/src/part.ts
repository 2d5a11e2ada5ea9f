import type { BackwardRule, Tensor } from '@gradcam/core';
import type { Pulled } from '@gradcam/core/adapter';
import { dispose, type Tensor as TfTensor, tidy } from '@tensorflow/tfjs-core';
import { backward } from './backward.ts';
import { fromDevice, toDevice } from './convert.ts';
import { classRows, cotangentOf } from './cotangents.ts';
import type { Network, NetworkInput, Values } from './network.ts';
import type { Reach } from './reach.ts';

/** A part of the network to be run on some samples, forward and where layers are named backward. */
export interface Part {
  readonly network: Network;
  readonly reach: Reach;
  readonly backend: string;
  /** Name of the score. */
  readonly score: string;
  readonly nodeOf: (output: string) => string;
  /** As seen from outside. */
  readonly dimsOf: (name: string) => readonly (number | null)[];
  readonly channelsLast: (name: string) => boolean;
  /** Values that the part begins at, `length` samples each. */
  readonly given: ReadonlyMap<string, Tensor>;
  readonly read: readonly string[];
  /** Layers whose gradient is wanted; each is given or read. */
  readonly layers: readonly string[];
  readonly pulled: Pulled | undefined;
  readonly rule: BackwardRule;
  /** Which samples of the seed these are; the last is repeated up to `length`. */
  readonly from: number;
  readonly to: number;
  readonly length: number;
  readonly signal: AbortSignal | undefined;
}

/** The name under which the gradient at a layer is returned. */
export const gradientOf = (layer: string): string => `gradient of ${layer}`;

/** What is read, and the gradients. Nothing of it is on the device when the promise settles. */
export async function runPart(part: Part): Promise<ReadonlyMap<string, Tensor>> {
  const { read, layers, channelsLast, signal } = part;
  const kept: TfTensor[] = [];
  try {
    const fed = upload(part);
    kept.push(...fed.values());
    const wanted = [...new Set([...read, ...(needsScore(part) ? [part.score] : [])])].filter((name) => !fed.has(name));
    const values = await forward(part, fed, wanted);
    kept.push(...values.values());
    const results = new Map<string, Tensor>();
    for (const name of wanted) results.set(name, await fromDevice(values.get(name) as TfTensor, channelsLast(name)));
    if (layers.length === 0) return results;
    signal?.throwIfAborted();
    const cotangents = upload({ ...part, given: cotangentsOf(part, results.get(part.score)) });
    kept.push(...cotangents.values());
    const gradients = backward({ ...part, fed: new Map([...values, ...fed]), layers: inOrder(part), cotangents });
    kept.push(...gradients.values());
    for (const [layer, gradient] of gradients)
      results.set(gradientOf(layer), await fromDevice(gradient, channelsLast(layer)));
    return results;
  } finally {
    dispose(kept);
  }
}

function upload({ network, given, channelsLast }: Pick<Part, 'network' | 'given' | 'channelsLast'>): Values {
  const typeOf = (name: string): NetworkInput['type'] =>
    network.inputs.find((input) => input.name === name)?.type ?? 'float32';
  const tensors = tidy(() =>
    [...given].map(([name, tensor]) => toDevice(name, tensor, typeOf(name), channelsLast(name))),
  );
  return new Map([...given.keys()].map((name, i) => [name, tensors[i] as TfTensor]));
}

async function forward({ network, reach, nodeOf }: Part, fed: Values, wanted: readonly string[]): Promise<Values> {
  const needed = reach.leadingTo(wanted.map(nodeOf), new Set(fed.keys()));
  if (network.nodes.some(({ name, dynamic }) => dynamic && needed.has(name)))
    return network.computeDynamic(fed, wanted);
  const tensors = tidy(() => {
    const values = network.compute(fed, wanted);
    return wanted.map((name) => values.get(name) as TfTensor);
  });
  return new Map(wanted.map((name, i) => [name, tensors[i] as TfTensor]));
}

/** The own top class is only known when the score is, and so may be its size. */
function needsScore({ pulled, dimsOf, score }: Part): boolean {
  return (
    pulled?.kind === 'class' && (pulled.classes.some((index) => index < 0) || dimsOf(score).slice(1).includes(null))
  );
}

/** What is pulled back, by output, as seen from outside. */
function cotangentsOf(part: Part, score: Tensor | undefined): ReadonlyMap<string, Tensor> {
  const { pulled, from, to, length, dimsOf } = part;
  if (pulled?.kind === 'cotangent') {
    const names = [...pulled.tensors.keys()];
    return new Map(
      names.map((name) => [name, cotangentOf(part.backend, name, pulled, dimsOf(name), from, to, length)]),
    );
  }
  const classes = pulled?.classes.slice(from, to) ?? [];
  while (classes.length < length) classes.push(classes.at(-1) as number);
  const dims = dimsOf(part.score).map((dim, axis) => (axis === 0 ? length : (dim ?? 1)));
  return new Map([[part.score, classRows(classes, score ?? dims)]]);
}

function inOrder({ network, layers }: Part): string[] {
  return network.nodes.map(({ name }) => name).filter((name) => layers.includes(name));
}
