import { augment } from '../../src/augment.ts';
import { type ModelSpec, model } from '../models/build.ts';
import { measured } from '../models/measured.ts';
import { relativeError } from '../rules/check.ts';
import { generator, hash, normal } from '../rules/random.ts';
import type { Runtime, Values } from '../rules/runtime.ts';

/**
 * A quantised network y(x, ...) and the real one that it stands for, with the range of the quantised output as a Clip: straight-through
 * gradients of the first must be the true gradients of the second. Inputs are given on the grid of their scale, so that both compute
 * at the same point.
 */
export interface Twin {
  readonly name: string;
  readonly opset: number;
  readonly domains?: Readonly<Record<string, number>>;
  /** Sizes and step of each float input. */
  readonly inputs: Readonly<
    Record<
      string,
      { readonly dims: readonly number[]; readonly step: number; readonly low?: number; readonly high?: number }
    >
  >;
  readonly quantised: Pick<ModelSpec, 'nodes' | 'constants'>;
  readonly real: Pick<ModelSpec, 'nodes' | 'constants'>;
  /** The ends of the output's range, and its step: cells nearer than that to an end are not asked for, cells beyond must be there. */
  readonly range?: readonly [low: number, high: number, step: number] | undefined;
}

interface Result {
  readonly y: ArrayLike<number>;
  readonly gradients: readonly ArrayLike<number>[];
}

async function run(
  runtime: Runtime,
  twin: Twin,
  part: Twin['real'],
  feeds: ReadonlyMap<string, Values>,
  cotangent?: Float64Array,
): Promise<Result> {
  const inputs = Object.fromEntries(Object.entries(twin.inputs).map(([name, { dims }]) => [name, dims]));
  const bytes = model({ opset: twin.opset, domains: { 'com.microsoft': 1 }, inputs, outputs: ['y'], ...part });
  const shapes = await measured(runtime, bytes, feeds);
  const wrt = Object.keys(twin.inputs);
  const augmented = augment(bytes, { of: 'y', wrt, shapes });
  const session = await runtime.load(augmented.bytes);
  const dims = (shapes.get('y')?.dims ?? []) as readonly number[];
  const data = cotangent ?? new Float64Array(dims.reduce((a, b) => a * b, 1));
  const results = await session.run(
    new Map([...feeds, [augmented.cotangentInputs.get('y') ?? '', { type: 'float32', dims, data }]]),
  );
  await session.release();
  return {
    y: results.get('y')?.data ?? [],
    gradients: wrt.map((name) => results.get(augmented.gradients.get(name) ?? '')?.data ?? []),
  };
}

/** What is wrong with a twin; undefined where nothing is. */
export async function faultOfTwin(runtime: Runtime, twin: Twin): Promise<string | undefined> {
  const random = generator(hash(twin.name));
  const feeds = new Map(
    Object.entries(twin.inputs).map(([name, { dims, step, low = -120, high = 120 }]) => {
      const count = dims.reduce((a, b) => a * b, 1);
      // the ends too, so that a dynamic quantiser finds the same step
      const data = Float32Array.from(
        { length: count },
        (_, i) => (i < 2 ? ([low, high][i] as number) : Math.round(low + (high - low) * random())) * step,
      );
      return [name, { type: 'float32', dims, data }] as const;
    }),
  );
  const { y } = await run(runtime, twin, twin.real, feeds);
  const [low, high, step] = (twin.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0]).map(
    Math.fround,
  ) as [number, number, number];
  const clear = (value: number): boolean =>
    Math.min(Math.abs(value - low), Math.abs(value - high)) > step || value === low || value === high;
  const cotangent = Float64Array.from(y, (value) => (clear(value) ? normal(random) : 0));
  if (twin.range && !Array.from(y).some((value) => value === low || value === high)) return 'no cell saturates';
  const real = await run(runtime, twin, twin.real, feeds, cotangent);
  const quantised = await run(runtime, twin, twin.quantised, feeds, cotangent);
  if (!(relativeError(quantised.y, real.y) < 0.1))
    return `the two are no twins: outputs differ by ${relativeError(quantised.y, real.y)}`;
  for (const [index, name] of Object.keys(twin.inputs).entries()) {
    const expected = real.gradients[index] ?? [];
    if (Array.from(expected).every((value) => value === 0))
      return `the gradient of ${name} is zero, which checks nothing`;
    const error = relativeError(quantised.gradients[index] ?? [], expected);
    if (!(error < 1e-5)) return `the gradient of ${name} is off by ${error}`;
  }
  return undefined;
}
