import { type Augmented, augment } from '../../src/augment.ts';
import { AutodiffError } from '../../src/errors.ts';
import { expose } from '../../src/expose.ts';
import type { Shapes } from '../../src/graph/facts.ts';
import { openGraph } from '../../src/graph/graph.ts';
import { typeNumber } from '../../src/graph/types.ts';
import type { RuleTable } from '../../src/rules/rule.ts';
import { relativeError } from '../rules/check.ts';
import { generator, hash, normal } from '../rules/random.ts';
import type { Runtime, Session, Values } from '../rules/runtime.ts';
import { adjointError, doubleError, type Feeds, floatError, isFlat, weighed } from './measure.ts';
import { inDouble, withConstants } from './variants.ts';

/** What became of one model. */
export interface Verdict {
  readonly kind: 'right' | 'wrong' | 'refused' | 'no gradient' | 'not run' | 'no floats';
  readonly ops: readonly string[];
  readonly opset: number;
  /** Why, or how it was checked. */
  readonly detail: string;
}

/** Largest errors: of the adjoint identity, against float64 differences, against float32 differences. */
const LIMITS = { adjoint: 1e-5, double: 2e-5, float: 5e-3 } as const;

/** Inputs that change the output, and yet have no derivative in our table: why. */
const STRUCTURAL: Readonly<Record<string, string>> = {
  'Resize 1': 'the region of interest is a choice, not a value',
  'Resize 2': 'scales choose the output size',
  'Upsample 1': 'scales choose the output size',
  'OneHot 1': 'the depth is a size',
  'Range 1': 'the limit is a size',
};

/** Models in float64 are checked too; their patch reckons in float32. */
const FLOATS = new Set(['float32', 'float64']);

class Wrong extends Error {}

interface Trial {
  readonly runtime: Runtime;
  readonly bytes: Uint8Array;
  readonly plain: Session;
  readonly feeds: Feeds;
  readonly cotangents: ReadonlyMap<string, Float64Array>;
}

/** Off whole numbers and ties, where piecewise operators have kinks; `attempt` 1 stays positive, 2 goes towards zero. */
function jittered(values: Values, attempt: number, seed: number): Values {
  const random = generator(seed);
  const data = Float64Array.from(values.data, (value) => {
    const noise = normal(random);
    const candidates = [
      value + 0.05 * noise,
      value + 0.05 * Math.abs(noise),
      value * (1 - 0.05 * Math.min(1, Math.abs(noise))),
    ];
    return Math.fround(candidates[attempt] ?? value);
  });
  return { ...values, data };
}

const finite = (values: Iterable<Values>): boolean =>
  [...values].every(({ data }) => Array.from(data).every(Number.isFinite));

const sizes = (values: ReadonlyMap<string, Values>): string =>
  [...values.values()].map(({ dims }) => dims.join()).join(';');

/** The feeds moved off kinks, as far as the domain of the function lets them. */
async function moved(
  plain: Session,
  feeds: Feeds,
  names: readonly string[],
  before: ReadonlyMap<string, Values>,
): Promise<Feeds> {
  for (const attempt of [0, 1, 2]) {
    const trial = new Map(feeds);
    for (const name of names) trial.set(name, jittered(feeds.get(name) as Values, attempt, hash(name)));
    const y = await plain.run(trial).catch(() => undefined);
    if (y && finite(y.values()) && sizes(y) === sizes(before)) return trial;
  }
  return feeds;
}

/** The types and dims of every tensor, from one run. */
async function survey(runtime: Runtime, bytes: Uint8Array, feeds: Feeds): Promise<Shapes> {
  const session = await runtime.load(expose(bytes).bytes);
  try {
    const values = await session.run(feeds);
    return new Map([...values].map(([name, { type, dims }]) => [name, { type: typeNumber(type), dims }]));
  } finally {
    await session.release();
  }
}

/** 'flat' where the table says that no gradient exists; throws what `augment` refuses with. */
function classOf(
  bytes: Uint8Array,
  of: readonly string[],
  name: string,
  shapes: Shapes,
  rules: RuleTable | undefined,
): 'smooth' | 'flat' {
  try {
    augment(bytes, { of, wrt: [name], shapes, ...(rules ? { rules } : {}) });
    return 'smooth';
  } catch (error) {
    if (error instanceof AutodiffError && error.code === 'off-path') return 'flat';
    throw error;
  }
}

async function errorOf(
  trial: Trial,
  name: string,
  g: ArrayLike<number>,
): Promise<readonly [method: keyof typeof LIMITS, error: number]> {
  const { runtime, bytes, plain, feeds, cotangents } = trial;
  const x = Float64Array.from((feeds.get(name) as Values).data);
  const f = weighed(plain, feeds, name, cotangents);
  const adjoint = await adjointError(f, x, g);
  if (adjoint !== undefined) return ['adjoint', adjoint];
  const double = feeds.get(name)?.type === 'float64' ? bytes : inDouble(bytes);
  const session = double && (await runtime.load(double).catch(() => undefined));
  if (!session) return ['float', await floatError(f, x, g)];
  try {
    const wide = new Map(
      [...feeds].map(([key, values]) => [key, values.type === 'float32' ? { ...values, type: 'float64' } : values]),
    );
    return ['double', await doubleError(weighed(session, wide, name, cotangents), x, g)];
  } catch {
    return ['float', await floatError(f, x, g)];
  } finally {
    await session.release();
  }
}

/** Runs the augmented model and measures every gradient; how each was checked. */
async function measure(trial: Trial, augmented: Augmented, y: ReadonlyMap<string, Values>): Promise<string> {
  const { runtime, feeds, cotangents } = trial;
  const session = await runtime.load(augmented.bytes);
  try {
    const all = new Map(feeds);
    for (const [name, input] of augmented.cotangentInputs)
      all.set(input, { type: 'float32', dims: y.get(name)?.dims ?? [], data: cotangents.get(name) ?? [] });
    const results = await session.run(all);
    for (const [name, { data }] of y) {
      if (relativeError(results.get(name)?.data ?? [], data) > 1e-6) throw new Wrong(`output ${name} changed`);
    }
    const notes: string[] = [];
    for (const [name, gradient] of augmented.gradients) {
      const g = results.get(gradient);
      const { dims } = feeds.get(name) as Values;
      if (g?.dims.join() !== dims.join())
        throw new Wrong(`the gradient of ${name} has dims [${g?.dims}], not [${dims}]`);
      const [method, error] = await errorOf(trial, name, g.data);
      if (!(error <= LIMITS[method]))
        throw new Wrong(`the gradient of ${name} is off by ${error.toPrecision(3)} (${method})`);
      notes.push(`${method} ${error.toPrecision(1)}`);
    }
    return notes.join(', ');
  } finally {
    await session.release();
  }
}

const structural = (bytes: Uint8Array, name: string): boolean =>
  openGraph(bytes)
    .consumers.get(name)
    ?.some((node) => `${node.op} ${node.inputs.indexOf(name)}` in STRUCTURAL) ?? false;

async function check(
  runtime: Runtime,
  bytes: Uint8Array,
  plain: Session,
  given: Feeds,
  rules: RuleTable | undefined,
): Promise<Omit<Verdict, 'ops' | 'opset'>> {
  const floats = [...given].filter(([, { type }]) => FLOATS.has(type)).map(([name]) => name);
  const before = await plain.run(given);
  const of = [...before].filter(([, { type, data }]) => FLOATS.has(type) && data.length > 0).map(([name]) => name);
  const filled = floats.filter((name) => (given.get(name)?.data.length ?? 0) > 0);
  if (filled.length === 0 || of.length === 0) return { kind: 'no floats', detail: 'no float input or no float output' };
  const shapes = await survey(runtime, bytes, given);
  const classes = new Map(filled.map((name) => [name, classOf(bytes, of, name, shapes, rules)]));
  const smooth = filled.filter((name) => classes.get(name) === 'smooth');
  const feeds = await moved(
    plain,
    given,
    filled.filter((name) => !structural(bytes, name)),
    before,
  );
  const y = await plain.run(feeds);
  const random = generator(1);
  const cotangents = new Map(
    of.map((name) => [name, Float64Array.from(y.get(name)?.data ?? [], () => Math.fround(normal(random)))]),
  );
  for (const name of filled.filter((other) => classes.get(other) === 'flat' && !structural(bytes, other))) {
    const f = weighed(plain, feeds, name, cotangents);
    if (!(await isFlat(f, Float64Array.from((feeds.get(name) as Values).data))))
      throw new Wrong(`it claims that ${name} has no gradient`);
  }
  if (smooth.length === 0) return { kind: 'no gradient', detail: 'constant wherever it is continuous' };
  const augmented = augment(bytes, { of, wrt: smooth, shapes, ...(rules ? { rules } : {}) });
  return { kind: 'right', detail: await measure({ runtime, bytes, plain, feeds, cotangents }, augmented, y) };
}

/** The first line of what a runtime says. */
const firstLine = (error: unknown): string =>
  String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';

/** Checks the gradients of every float output with respect to every float input of one model. */
export async function verdictOn(
  runtime: Runtime,
  bytes: Uint8Array,
  feeds: Feeds,
  rules?: RuleTable,
): Promise<Verdict> {
  const { nodes, opset } = openGraph(bytes);
  const ops = [...new Set(nodes.map((node) => node.kind))];
  const about = { ops, opset };
  let plain: Session;
  try {
    plain = await runtime.load(bytes);
    await plain.run(feeds);
  } catch (error) {
    return { ...about, kind: 'not run', detail: firstLine(error) };
  }
  try {
    return { ...about, ...(await check(runtime, bytes, plain, feeds, rules)) };
  } catch (error) {
    if (error instanceof AutodiffError && error.code === 'no-gradient') {
      // what a test feeds, a file knows
      const constants = new Map([...feeds].filter(([name, { type }]) => !FLOATS.has(type) || structural(bytes, name)));
      if (constants.size > 0) {
        const rest = new Map([...feeds].filter(([name]) => !constants.has(name)));
        return verdictOn(runtime, withConstants(bytes, constants), rest, rules);
      }
      return {
        ...about,
        kind: 'refused',
        detail: [...new Set(error.blockers.map(({ op, reason }) => `${op}: ${reason}`))].join('; '),
      };
    }
    if (error instanceof AutodiffError) return { ...about, kind: 'refused', detail: error.message };
    return { ...about, kind: 'wrong', detail: firstLine(error) };
  } finally {
    await plain.release();
  }
}
