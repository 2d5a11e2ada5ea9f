import { GradcamError, sizeOf } from '@gradcam/core';
import { runtimeError } from '@gradcam/core/adapter';
import { type Dim, type Dims, type Exposed, expose, type Fact, type Shapes, typeNumber } from '@gradcam/onnx-autodiff';
import { fromOrt, toOrt } from './convert.ts';
import { translated } from './errors.ts';
import type { InferenceSession, Ort } from './runtime.ts';

/** What one look at a model through its runtime tells. */
export interface Survey {
  /** Types and dims of every tensor that depends on the inputs; a dim that varies with the input is a name, equal names are equal sizes. */
  readonly shapes: Shapes;
  /** The only batch size that the model takes; null where any is taken. */
  readonly fixedBatch: number | null;
  /** The values of some tensors for one noise input. */
  values(tensors: readonly string[]): Promise<ReadonlyMap<string, Float32Array>>;
  release(): Promise<void>;
}

export interface SurveyOptions {
  readonly sessionOptions: InferenceSession.SessionOptions;
  /** Sizes of inputs whose declared sizes are free, by input name. */
  readonly inputDims?: ReadonlyMap<string, readonly number[]>;
}

/** Picture sizes to try where a model takes any. */
const PICTURES = [224, 256, 128, 64, 32, 299, 384, 512];

/** By how much height, width and lists grow for the second look; a model may want squares, or only the sizes it ran on. */
const GROWTHS: readonly (readonly [height: number, width: number, list: number])[] = [
  [64, 128, 16],
  [64, 64, 16],
  [32, 32, 1],
  [0, 0, 0],
];

/** How many of the sizes that a Reshape has written out are tried as the batch. */
const MAX_BATCHES = 4;

/** What to put where the declared sizes are free. */
interface Sizes {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  /** Length of lists of ids, masks and the like. */
  readonly list: number;
}

type TensorInput = Extract<InferenceSession.ValueMetadata, { isTensor: true }>;

/** A declared size that is not fixed: a name, or what runtimes write for "any". */
const isFree = (dim: number | string): boolean => typeof dim === 'string' || dim <= 0;

function dimsOf(input: TensorInput, sizes: Sizes, given: readonly number[] | undefined): number[] {
  let side = 0;
  return input.shape.map((dim, axis) => {
    if (!isFree(dim)) return dim as number;
    if (axis === 0) return sizes.batch;
    const size = input.shape.length < 3 ? sizes.list : side++ === 0 ? sizes.height : sizes.width;
    return given?.[axis] ?? size;
  });
}

/** Seeded noise for float inputs, zeros for the others: the sizes are wanted, not the values. */
function noise(count: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/**
 * Runs the model once or twice with every size exposed. That replaces shape inference: sizes that differ between runs of
 * different batch and picture sizes vary, all others are known. Without optimisation, so that loading is quick.
 */
export async function survey(ort: Ort, backend: string, bytes: Uint8Array, options: SurveyOptions): Promise<Survey> {
  const exposed = translated(() => expose(bytes));
  if (exposed.bfloatPorts.length > 0)
    throw new GradcamError(
      'unsupported-model',
      `${backend}: ${exposed.bfloatPorts.join(', ')} ${exposed.bfloatPorts.length > 1 ? 'are' : 'is'} of bfloat16, which JavaScript's ONNX Runtime does not take; expected float32 or float16 inputs and outputs, export the model with a Cast there`,
    );
  const session = await ort.InferenceSession.create(exposed.bytes, {
    ...options.sessionOptions,
    graphOptimizationLevel: 'disabled',
  }).catch((error: unknown) => {
    throw new GradcamError('bad-model', runtimeError(backend, 'the model could not be loaded', error).message, {
      cause: error,
    });
  });
  const inputs = session.inputMetadata.filter((input) => input.isTensor);
  const feedsAt = (sizes: Sizes): InferenceSession.FeedsType =>
    Object.fromEntries(
      inputs.map((input) => {
        const dims = dimsOf(input, sizes, options.inputDims?.get(input.name));
        const float = input.type.startsWith('float');
        const data = float ? noise(sizeOf(dims)) : new Float32Array(sizeOf(dims));
        return [input.name, toOrt(ort, { data, dims }, input)];
      }),
    );
  const measure = async (sizes: Sizes): Promise<ReadonlyMap<string, readonly number[]>> => {
    const feeds = feedsAt(sizes);
    const results = await session.run(feeds, [...exposed.shapes.values()]);
    const measured = new Map(
      [...exposed.shapes].map(([tensor, output]) => [
        tensor,
        Array.from(fromOrt(results[output] as InferenceSession.OnnxValueMapType[string]).data),
      ]),
    );
    for (const input of inputs) measured.set(input.name, [...(feeds[input.name]?.dims ?? [])]);
    return measured;
  };
  try {
    const { first, sizes, fixedBatch } = await firstRun(backend, inputs, exposed, measure);
    const varies = inputs.some((input) => input.shape.some(isFree));
    const second = varies ? await secondRun(sizes, fixedBatch, measure) : { measured: first, fixedBatch };
    return {
      shapes: factsOf(session, exposed.types, first, second.measured),
      fixedBatch: second.fixedBatch,
      values: async (tensors) => {
        const results = await session.run(feedsAt(sizes), tensors);
        return new Map(
          tensors.map((name) => [name, fromOrt(results[name] as InferenceSession.OnnxValueMapType[string]).data]),
        );
      },
      release: () => session.release(),
    };
  } catch (error) {
    await session.release();
    throw error;
  }
}

interface FirstRun {
  readonly first: ReadonlyMap<string, readonly number[]>;
  readonly sizes: Sizes;
  readonly fixedBatch: number | null;
}

/** Finds sizes that the model accepts. A declared batch is kept; a free one may still be fixed inside, to what a Reshape has written out. */
async function firstRun(
  backend: string,
  inputs: readonly TensorInput[],
  { batches: written, outputs }: Pick<Exposed, 'batches' | 'outputs'>,
  measure: (sizes: Sizes) => Promise<FirstRun['first']>,
): Promise<FirstRun> {
  const declared = inputs[0]?.shape[0];
  const batches =
    declared !== undefined && !isFree(declared) ? [declared as number] : [2, 1, ...written.slice(0, MAX_BATCHES)];
  const pictures = inputs.some((input) => input.shape.slice(1).some(isFree)) ? PICTURES : [0];
  let failure: unknown;
  let other: FirstRun | undefined;
  for (const batch of batches) {
    for (const picture of pictures) {
      const sizes = { batch, height: picture, width: picture, list: 16 };
      try {
        const first = await measure(sizes);
        const run = { first, sizes, fixedBatch: batches.length === 1 || batch !== 2 ? batch : null };
        if (outputs.some((output) => first.get(output)?.[0] === batch)) return run;
        other ??= run; // one sample is broadcast to the batch that an Expand has written out
        break;
      } catch (error) {
        failure ??= error;
      }
    }
  }
  if (other) return other;
  const shapes = inputs.map(({ name, shape }) => `${name} [${shape.join(', ')}]`).join(', ');
  throw runtimeError(
    backend,
    `the model does not run on noise of any tried size (inputs ${shapes}); give \`inputDims\` that it accepts`,
    failure,
  );
}

/**
 * Runs on other sizes than the first run's, as far as the model takes others. Sides grow by different amounts, so that they are told
 * apart; by 64 at least, since behind a smaller step than the network's whole stride a size that varies would look constant.
 */
async function secondRun(
  sizes: Sizes,
  fixedBatch: number | null,
  measure: (sizes: Sizes) => Promise<FirstRun['first']>,
): Promise<{ readonly measured: FirstRun['first']; readonly fixedBatch: number | null }> {
  const grown = (batch: number, height: number, width: number, list: number): Sizes => ({
    batch,
    height: sizes.height + height,
    width: sizes.width + width,
    list: sizes.list + list,
  });
  // a batch that only the graph fixes, in a Reshape, is known by failing at every other
  const batches = fixedBatch === null ? [sizes.batch + 1, sizes.batch] : [fixedBatch];
  let failure: unknown;
  for (const batch of batches) {
    for (const growth of GROWTHS) {
      try {
        const measured = await measure(grown(batch, ...growth));
        return { measured, fixedBatch: batch === sizes.batch ? batch : null };
      } catch (error) {
        failure ??= error;
      }
    }
  }
  throw failure;
}

const pairOf = (dim: number, other: number): string => `${dim}|${other}`;

/** What the file itself calls the sizes that change, by both values. */
function symbolsOf(
  session: InferenceSession,
  first: FirstRun['first'],
  second: FirstRun['first'],
): Map<string, string> {
  const symbols = new Map<string, string>();
  for (const input of session.inputMetadata) {
    if (!input.isTensor) continue;
    input.shape.forEach((declared, axis) => {
      const [dim, other] = [first, second].map((run) => run.get(input.name)?.[axis] ?? 0) as [number, number];
      const pair = pairOf(dim, other);
      if (typeof declared === 'string' && declared !== '' && dim !== other && !symbols.has(pair))
        symbols.set(pair, declared);
    });
  }
  return symbols;
}

/** Sizes that stayed are numbers, sizes that changed get a name: the file's own, or one made of both values. */
function factsOf(
  session: InferenceSession,
  hidden: ReadonlyMap<string, number>,
  first: FirstRun['first'],
  second: FirstRun['first'],
): Shapes {
  const types = new Map<string, number | undefined>([
    ...hidden,
    ...[...session.inputMetadata, ...session.outputMetadata].flatMap((value) =>
      value.isTensor ? [[value.name, typeNumber(value.type)] as const] : [],
    ),
  ]);
  const symbols = symbolsOf(session, first, second);
  const nameOf = (dim: number, other: number): Dim =>
    dim === other ? dim : (symbols.get(pairOf(dim, other)) ?? pairOf(dim, other));
  const facts = new Map<string, Fact>();
  for (const [tensor, dims] of first) {
    const other = second.get(tensor) ?? dims;
    const known: Dims | undefined =
      dims.length === other.length ? dims.map((dim, axis) => nameOf(dim, other[axis] as number)) : undefined;
    facts.set(tensor, { type: types.get(tensor), dims: known });
  }
  return facts;
}
