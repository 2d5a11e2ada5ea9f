import { GradcamError, type Port, type Tensor } from '@gradcam/core';
import { dispose, type Tensor as TfTensor, tidy } from '@tensorflow/tfjs-core';
import { backendName, currentBackend, tfjsError } from './backend.ts';
import { Blockers } from './blockers.ts';
import { fromDevice } from './convert.ts';
import { layersOf, seenDims } from './layers.ts';
import { layoutsOf } from './layouts.ts';
import type { Network, Values } from './network.ts';
import { Reach } from './reach.ts';
import { type FoundScore, findScore, verifiedScore } from './score.ts';
import { type Survey, survey } from './survey.ts';
import { TfjsModel } from './tfjs-model.ts';

export interface FromTfjsOptions {
  /** The output that shows the class scores; the first by default. */
  readonly output?: string;
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
  const seen = await survey(network, backend, options.inputDims);
  const candidate = findScore(network, seen.facts, options);
  const { logits, output } = await ownOutput(network, backend, seen, candidate);
  const score = verifiedScore(candidate, seen.facts, logits, output);
  const node = score.output === candidate.output.name ? candidate.output.node : score.output;
  const reach = new Reach(network);
  const layouts = layoutsOf(network, seen.facts);
  const blockers = new Blockers(network, reach, seen.facts, backend);
  const found = { network, reach, blockers, facts: seen.facts, layouts, fixedBatch: seen.fixedBatch, scoreNode: node };
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

/** The score and the output on noise, the output checked against the model's own entry point. */
async function ownOutput(
  network: Network,
  backend: string,
  seen: Survey,
  { output, node }: FoundScore,
): Promise<{ readonly logits: Tensor; readonly output: Tensor }> {
  const kept: TfTensor[] = [];
  try {
    const feeds = tidy(() => Object.fromEntries(seen.feeds()));
    kept.push(...Object.values(feeds));
    const fed: Values = new Map(Object.entries(feeds));
    const own = await network.predict(fed);
    kept.push(...own);
    const position = network.outputs.findIndex(({ name }) => name === output.name);
    const wanted = [...new Set([output.name, node])];
    const dynamic = network.nodes.some((one) => one.dynamic);
    const values = dynamic
      ? await network.computeDynamic(fed, wanted)
      : new Map(Object.entries(tidy(() => Object.fromEntries(network.compute(fed, wanted)))));
    kept.push(...values.values());
    // a score that is no output has nothing to be compared with
    const [theirs, ours, logits] = await Promise.all(
      [own[position] ?? values.get(output.name), values.get(output.name), values.get(node)].map((value) =>
        fromDevice(value as TfTensor, false),
      ),
    );
    if (!theirs || !ours || !logits || !same(theirs, ours)) {
      throw new GradcamError(
        'unsupported-model',
        `${backendName(backend)}: ${output.name} is not what its layers compute one after the other; expected a model whose \`predict\` calls its layers as they are connected`,
      );
    }
    return { logits, output: theirs };
  } catch (error) {
    if (error instanceof GradcamError) throw error;
    throw tfjsError(backend, 'the model does not run on noise', error);
  } finally {
    dispose(kept);
  }
}

function same(a: Tensor, b: Tensor): boolean {
  const largest = a.data.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
  return (
    a.data.length === b.data.length &&
    a.data.every((value, i) => Math.abs(value - (b.data[i] as number)) <= SAME * largest)
  );
}
