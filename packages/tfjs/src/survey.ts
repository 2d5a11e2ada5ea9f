import { type Tensor as CpuTensor, sizeOf } from '@gradcam/core';
import { keep, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { tfjsError } from './backend.ts';
import { fromDevice } from './convert.ts';
import { kernelsOf } from './kernels.ts';
import type { Network, NetworkInput, NetworkNode, Values } from './network.ts';
import { Reach } from './reach.ts';

/** What running a node told. */
export interface Fact {
  /** As the model holds it; a size that varies with the input is null. */
  readonly dims: readonly (number | null)[];
  readonly type: string;
  /** Its first axis is the batch. */
  readonly batched: boolean;
  /** The kernels it ran, by their names in tfjs's registry; null where that is not known. */
  readonly kernels: readonly string[] | null;
}

export interface Survey {
  readonly facts: ReadonlyMap<string, Fact>;
  /** The only batch size that the model takes; null where any is taken. */
  readonly fixedBatch: number | null;
  /** The noise that the model ran on, in its own layout. */
  readonly feeds: () => Values;
  /** What the watched nodes made of it. */
  readonly values: ReadonlyMap<string, CpuTensor>;
}

/** Picture sizes to try where a model takes any. */
const PICTURES = [224, 256, 128, 64, 32, 299, 384, 512];

interface Sizes {
  readonly batch: number;
  readonly picture: number;
}

function dimsAt(input: NetworkInput, { batch, picture }: Sizes, given: readonly number[] | undefined): number[] {
  return input.dims.map((dim, axis) => {
    if (axis === 0) return dim ?? batch;
    return dim ?? given?.[axis] ?? (input.dims.length < 3 ? 16 : picture);
  });
}

/** Seeded noise for float inputs, zeros for the others: the sizes are wanted, not the values. */
function noise(dims: readonly number[], type: NetworkInput['type']): Tensor {
  let state = 1;
  const values = Float32Array.from({ length: sizeOf(dims) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return type === 'float32' ? state / 2 ** 31 - 1 : 0;
  });
  return tensor(values, [...dims], type);
}

/**
 * Runs every node once, or twice with other sizes where sizes are free: tells which kernels it needs and which dims it has,
 * custom layers and operators included. Values are dropped when all that read them have run.
 * @param watched nodes whose values are wanted
 */
export async function survey(
  network: Network,
  backend: string,
  watched: ReadonlySet<string>,
  inputDims: ReadonlyMap<string, readonly number[]> = new Map(),
): Promise<Survey> {
  const feedsAt = (sizes: Sizes): Values =>
    new Map(
      network.inputs.map((input) => [input.name, noise(dimsAt(input, sizes, inputDims.get(input.name)), input.type)]),
    );
  const fixed = network.inputs.map(({ dims }) => dims[0]).find((dim) => typeof dim === 'number') ?? null;
  const freeSize = network.inputs.some(({ name, dims }) => !inputDims.has(name) && dims.slice(1).includes(null));
  let failure: unknown;
  for (const picture of freeSize ? PICTURES : [0]) {
    const sizes = { batch: fixed ?? 1, picture };
    try {
      const first = await walk(network, feedsAt(sizes), sizes.batch, { profiled: true, watched });
      const found = { feeds: () => feedsAt(sizes), values: first.values };
      if (!freeSize && (fixed !== null || network.batchFirst))
        return { ...found, facts: merged(first, first), fixedBatch: fixed };
      // another batch and size, or what of both the model takes
      const batches = fixed === null ? [2, 1] : [fixed];
      const others = batches.flatMap((batch) => [
        { batch, picture: picture + 32 },
        { batch, picture },
      ]);
      for (const other of others) {
        const second = await walk(network, feedsAt(other), other.batch).catch(() => null);
        const fixedBatch = fixed ?? (other.batch === 1 ? 1 : null);
        if (second) return { ...found, facts: merged(first, second), fixedBatch };
      }
    } catch (error) {
      failure ??= error;
    }
  }
  const shapes = network.inputs
    .map(({ name, dims }) => `${name} [${dims.map((dim) => dim ?? 'any').join(', ')}]`)
    .join(', ');
  const remedy = freeSize ? '; give `inputDims` that it accepts' : '';
  throw tfjsError(backend, `the model does not run on noise (inputs ${shapes})${remedy}`, failure);
}

interface Seen {
  readonly dims: readonly number[];
  readonly type: string;
  readonly kernels: readonly string[] | null;
}

interface Facts {
  readonly batch: number;
  readonly nodes: ReadonlyMap<string, Seen>;
  readonly values: ReadonlyMap<string, CpuTensor>;
}

interface Walk {
  readonly profiled: boolean;
  readonly watched: ReadonlySet<string>;
}

const SIZES_ALONE: Walk = { profiled: false, watched: new Set() };

/** The nodes nearest in front of one that can be given a value. */
function fedBy(network: Network, node: NetworkNode): NetworkNode[] {
  const nodes = new Map(network.nodes.map((each) => [each.name, each]));
  const seen = new Set<string>();
  const near = (name: string): NetworkNode[] => {
    const read = nodes.get(name) as NetworkNode;
    if (read.single) return [read];
    if (seen.has(name)) return [];
    seen.add(name);
    return read.reads.flatMap(near);
  };
  return [...new Set(node.reads.flatMap(near))];
}

async function walk(
  network: Network,
  feeds: Values,
  batch: number,
  { profiled, watched }: Walk = SIZES_ALONE,
): Promise<Facts> {
  const seen = new Map<string, CpuTensor>();
  const reach = new Reach(network);
  const dynamic = new Set(network.nodes.filter((node) => node.dynamic).map(({ name }) => name));
  const nodes = new Map<string, Seen>();
  const values = new Map<string, Tensor>(feeds);
  const plan = network.nodes.filter(({ hidden }) => !hidden).map((node) => ({ node, from: fedBy(network, node) }));
  const uses = new Map<string, number>();
  for (const { name } of plan.flatMap(({ from }) => from)) uses.set(name, (uses.get(name) ?? 0) + 1);
  try {
    for (const { node, from } of plan) {
      const fed = new Map(from.map(({ name }) => [name, values.get(name) as Tensor]));
      const isDynamic = [...reach.leadingTo([node.name], new Set(fed.keys()))].some((name) => dynamic.has(name));
      const own = (found: Values): Tensor => found.get(node.name) as Tensor;
      const run = (): Tensor | Promise<Tensor> =>
        isDynamic
          ? network.computeDynamic(fed, [node.name]).then(own)
          : tidy(() => keep(own(network.compute(fed, [node.name]))));
      const given = values.get(node.name);
      const { value, kernels } = given ? { value: given, kernels: [] } : await (profiled ? kernelsOf : ranAlone)(run);
      values.set(node.name, value);
      nodes.set(node.name, { dims: [...value.shape], type: value.dtype, kernels });
      if (watched.has(node.name)) seen.set(node.name, await fromDevice(value, false));
      for (const { name } of from) {
        uses.set(name, (uses.get(name) ?? 0) - 1);
        if (uses.get(name) === 0) values.get(name)?.dispose();
      }
      if (!uses.has(node.name)) value.dispose();
    }
    return { batch, nodes, values: seen };
  } finally {
    for (const value of values.values()) value.dispose();
  }
}

const ranAlone = async (run: () => Tensor | Promise<Tensor>): Promise<{ value: Tensor; kernels: null }> => ({
  value: await run(),
  kernels: null,
});

/** Sizes that stayed are numbers, sizes that changed are null. */
function merged(first: Facts, second: Facts): ReadonlyMap<string, Fact> {
  return new Map(
    [...first.nodes].map(([name, fact]) => {
      const other = second.nodes.get(name)?.dims ?? [];
      const alike = other.length === fact.dims.length;
      const dims = fact.dims.map((dim, axis) => (alike && other[axis] === dim ? dim : null));
      return [name, { ...fact, dims, batched: fact.dims[0] === first.batch && other[0] === second.batch }];
    }),
  );
}
