import { GradcamError, type Port, type Tensor } from '@gradcam/core';
import { dispose, type Tensor as TfTensor } from '@tensorflow/tfjs-core';
import { backendName, currentBackend, tfjsError } from './backend.ts';
import { biasesOf } from './biases.ts';
import { Blockers } from './blockers.ts';
import { fromDevice } from './convert.ts';
import { layersOf, seenDims } from './layers.ts';
import { layoutsOf } from './layouts.ts';
import type { Network, NetworkOutput } from './network.ts';
import { Reach } from './reach.ts';
import { findScore, verifiedScore } from './score.ts';
import { type Survey, survey } from './survey.ts';
import { TfjsModel } from './tfjs-model.ts';

export interface FromTfjsOptions {
  /** The output that shows the class scores, by name or index; by default the first float one with a value per class, or the first. */
  readonly output?: string | number;
  /** The layer or node to differentiate instead of the logits behind `output`. */
  readonly score?: string;
  /** Sizes for inputs that take any, if the usual ones (224 x 224, ...) do not suit the model: by input name, in the model's own layout. */
  readonly inputDims?: ReadonlyMap<string, readonly number[]>;
}

/** Looks at a network through the backend that is set. */
export async function open(make: () => Network | Promise<Network>, options: FromTfjsOptions): Promise<TfjsModel> {
  const backend = await currentBackend();
  const network = await make();
  if (network.outputs.length === 0 || network.inputs.length === 0) {
    throw new GradcamError(
      'bad-model',
      `${backendName(backend)}: the model has no inputs or no outputs; expected a classifier`,
    );
  }
  const seen = await survey(network, backend, endsOf(network, options.score), options.inputDims);
  const candidate = findScore(network, seen.facts, options);
  const output = await ownOutput(network, backend, seen, candidate.output);
  const logits = seen.values.get(candidate.node) as Tensor;
  const score = verifiedScore(candidate, seen.facts, logits, output);
  const node = score.output === candidate.output.name ? candidate.output.node : score.output;
  const reach = new Reach(network);
  const layouts = layoutsOf(network, seen.facts);
  const blockers = new Blockers(network, reach, seen.facts, backend);
  const biases = await biasesOf(network, seen.facts, layouts);
  const { facts, fixedBatch } = seen;
  const found = { network, reach, blockers, facts, layouts, biases, fixedBatch, scoreNode: node };
  const port = (name: string, of: string, type: string): Port => ({
    name,
    type,
    dims: seenDims(of, found),
    ...(layouts.get(of) === 'last' ? { channelsLast: true } : {}),
  });
  return new TfjsModel({
    ...found,
    backend,
    score,
    inputs: network.inputs.map(({ name, type }) => port(name, name, type)),
    outputs: network.outputs.flatMap(({ name, node: of }) => {
      const fact = seen.facts.get(of);
      return fact?.batched ? [port(name, of, fact.type)] : [];
    }),
    layers: layersOf(found),
  });
}

/** Largest difference between what the model itself returns and what its parts do, of the largest value. */
const SAME = 1e-3;

/** Nodes whose values tell what the score is: the outputs, what their last function reads, and what is asked for. */
function endsOf(network: Network, score: string | undefined): ReadonlySet<string> {
  const squashes = network.nodes.filter(({ ending }) => ending !== null && ending !== 'reshape');
  const asked = network.nodes.filter(({ name, aliases }) => score !== undefined && [name, ...aliases].includes(score));
  return new Set([
    ...network.outputs.map(({ node }) => node),
    ...squashes.flatMap(({ reads }) => reads),
    ...asked.map(({ name }) => name),
  ]);
}

/** The output on noise as the model's own entry point has it; the walk from node to node must have found the same. */
async function ownOutput(
  network: Network,
  backend: string,
  seen: Survey,
  { name, node }: NetworkOutput,
): Promise<Tensor> {
  const ours = seen.values.get(node) as Tensor;
  const position = network.outputs.findIndex((output) => output.name === name);
  // a score that is no output, or the second value of a node, has nothing to be compared with
  if (position < 0 || name !== node) return ours;
  const kept: TfTensor[] = [];
  try {
    const feeds = seen.feeds();
    kept.push(...feeds.values());
    const own = await network.predict(feeds);
    kept.push(...own);
    const theirs = await fromDevice(own[position] as TfTensor, false);
    if (same(theirs, ours)) return theirs;
    throw new GradcamError(
      'unsupported-model',
      `${backendName(backend)}: ${name} is not what its layers compute one after the other; expected a model whose \`predict\` calls its layers as they are connected`,
    );
  } catch (error) {
    throw error instanceof GradcamError ? error : tfjsError(backend, 'the model does not run on noise', error);
  } finally {
    dispose(kept);
  }
}

function same(a: Tensor, b: Tensor): boolean {
  const largest = a.data.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  const agree = (value: number, other: number): boolean =>
    Object.is(value, other) || Math.abs(value - other) <= SAME * largest;
  return a.data.length === b.data.length && a.data.every((value, i) => agree(value, b.data[i] as number));
}
