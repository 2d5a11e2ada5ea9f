import { type Augmented, augment } from '../../src/augment.ts';
import { AutodiffError } from '../../src/errors.ts';
import { expose } from '../../src/expose.ts';
import type { Shapes } from '../../src/graph/facts.ts';
import { openGraph } from '../../src/graph/graph.ts';
import { typeNumber } from '../../src/graph/types.ts';
import type { RuleTable } from '../../src/rules/rule.ts';
import { relativeError } from '../rules/check.ts';
import { generator, normal } from '../rules/random.ts';
import type { Runtime, Session, Values } from '../rules/runtime.ts';
import { adjointError, doubleError, type Feeds, floatError, isDouble, isFlat, weighed } from './measure.ts';
import { allFinite, moved, structural, tamed } from './points.ts';
import { inDouble, withConstants } from './variants.ts';

/** What became of one model. */
export interface Verdict {
  readonly kind: 'right' | 'wrong' | 'refused' | 'no gradient' | 'not run' | 'no floats';
  readonly ops: readonly string[];
  readonly opset: number;
  /** Its float inputs are float64. */
  readonly double: boolean;
  /** Why, or how it was checked. */
  readonly detail: string;
}

/** Largest errors: of the adjoint identity, against float64 differences, against float32 differences. */
const LIMITS = { adjoint: 1e-5, double: 2e-5, float: 5e-3 } as const;

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

/** Whether an input has a gradient; 'flat' where the table says that none exists, else why it is refused. */
function classOf(
  bytes: Uint8Array,
  of: readonly string[],
  name: string,
  shapes: Shapes,
  rules: RuleTable | undefined,
): 'smooth' | 'flat' | AutodiffError {
  try {
    augment(bytes, { of, wrt: [name], shapes, ...(rules ? { rules } : {}) });
    return 'smooth';
  } catch (error) {
    if (!(error instanceof AutodiffError)) throw error;
    return error.code === 'off-path' ? 'flat' : error;
  }
}

/** Each blocker once. */
const reasonOf = ({ blockers, message }: AutodiffError): string =>
  blockers.length === 0 ? message : [...new Set(blockers.map(({ op, reason }) => `${op}: ${reason}`))].join('; ');

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
    const exact = weighed(session, wide, name, cotangents);
    if (await isDouble(exact, x)) return ['double', await doubleError(exact, x, g)];
  } catch {
    // a function whose parts have no float64 kernels
  } finally {
    await session.release();
  }
  return ['float', await floatError(f, x, g)];
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

async function check(
  runtime: Runtime,
  bytes: Uint8Array,
  plain: Session,
  fed: Feeds,
  rules: RuleTable | undefined,
  retries: boolean,
): Promise<Pick<Verdict, 'kind' | 'detail'>> {
  const given = new Map([...fed].map(([name, values]) => [name, FLOATS.has(values.type) ? tamed(values) : values]));
  const floats = [...given].filter(([, { type }]) => FLOATS.has(type)).map(([name]) => name);
  const before = await plain.run(given);
  const of = [...before]
    .filter(([, values]) => FLOATS.has(values.type) && values.data.length > 0 && allFinite(values))
    .map(([name]) => name);
  const filled = floats.filter((name) => (given.get(name)?.data.length ?? 0) > 0);
  if (filled.length === 0 || of.length === 0) return { kind: 'no floats', detail: 'no float input or no float output' };
  const shapes = await survey(runtime, bytes, given);
  const classes = new Map(filled.map((name) => [name, classOf(bytes, of, name, shapes, rules)]));
  const smooth = filled.filter((name) => classes.get(name) === 'smooth');
  const refused = [...classes].flatMap(([name, error]) => (typeof error === 'string' ? [] : [[name, error] as const]));
  if (refused[0] && (smooth.length === 0 || retries)) throw refused[0][1];
  const feeds = await moved(
    plain,
    given,
    filled.filter((name) => !structural(bytes, name)),
    before,
    of,
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
  if (smooth.length === 0) {
    const conventions = filled.flatMap((name) => structural(bytes, name) ?? []);
    return { kind: 'no gradient', detail: conventions[0] ?? 'constant wherever it is continuous' };
  }
  const augmented = augment(bytes, { of, wrt: smooth, shapes, ...(rules ? { rules } : {}) });
  const how = await measure({ runtime, bytes, plain, feeds, cotangents }, augmented, y);
  return {
    kind: 'right',
    detail: [how, ...refused.map(([name, error]) => `${name} refused, ${reasonOf(error)}`)].join('; '),
  };
}

/** What a runtime says, without its own place in its sources. */
function briefly(error: unknown): string {
  const [line = ''] = String(error instanceof Error ? error.message : error).split('\n');
  return line.replace(/^.* was false\. /, '').split('. ')[0] ?? '';
}

/** Checks the gradients of every float output with respect to every float input of one model. */
export async function verdictOn(
  runtime: Runtime,
  bytes: Uint8Array,
  feeds: Feeds,
  rules?: RuleTable,
): Promise<Verdict> {
  const { nodes, opset } = openGraph(bytes);
  const ops = [...new Set(nodes.map((node) => node.kind))];
  const types = [...feeds.values()].map(({ type }) => type);
  const about = { ops, opset, double: types.includes('float64') && !types.includes('float32') };
  // what a test feeds, a file knows: tried where a rule refuses to do without
  const constants = new Map([...feeds].filter(([name, { type }]) => !FLOATS.has(type) || structural(bytes, name)));
  let plain: Session;
  try {
    plain = await runtime.load(bytes);
    await plain.run(feeds);
  } catch (error) {
    return { ...about, kind: 'not run', detail: briefly(error) };
  }
  try {
    return { ...about, ...(await check(runtime, bytes, plain, feeds, rules, constants.size > 0)) };
  } catch (error) {
    if (error instanceof AutodiffError && error.code === 'no-gradient' && constants.size > 0) {
      const rest = new Map([...feeds].filter(([name]) => !constants.has(name)));
      return verdictOn(runtime, withConstants(bytes, constants), rest, rules);
    }
    if (error instanceof AutodiffError) return { ...about, kind: 'refused', detail: reasonOf(error) };
    return { ...about, kind: 'wrong', detail: briefly(error) };
  } finally {
    await plain.release();
  }
}
