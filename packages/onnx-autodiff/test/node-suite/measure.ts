import { generator, normal } from '../rules/random.ts';
import type { Session, Values } from '../rules/runtime.ts';

export type Feeds = ReadonlyMap<string, Values>;

/** A model run as a function of one input: its float outputs, weighed by cotangents. */
export interface Weighed {
  /** <u, f(x)> with `data` for the input; NaN where the outputs changed their sizes. */
  readonly loss: (data: Float64Array) => Promise<number>;
  /** ||u|| times the length of the difference of the outputs is what a loss difference is measured against. */
  readonly outputs: (data: Float64Array) => Promise<Float64Array>;
  readonly cotangent: Float64Array;
}

export const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
};
export const norm = (a: ArrayLike<number>): number => Math.sqrt(dot(a, a));

/** The outputs named by the cotangents, as one vector, with `name` fed anew. */
export function weighed(
  session: Session,
  feeds: Feeds,
  name: string,
  cotangents: ReadonlyMap<string, Float64Array>,
): Weighed {
  const cotangent = Float64Array.from([...cotangents.values()].flatMap((u) => Array.from(u)));
  const outputs = async (data: Float64Array): Promise<Float64Array> => {
    const values = await session.run(new Map([...feeds, [name, { ...(feeds.get(name) as Values), data }]]));
    return Float64Array.from([...cotangents.keys()].flatMap((output) => Array.from(values.get(output)?.data ?? [])));
  };
  return {
    cotangent,
    outputs,
    loss: async (data) => {
      const y = await outputs(data);
      return y.length === cotangent.length ? dot(y, cotangent) : Number.NaN;
    },
  };
}

const along = (x: Float64Array, v: Float64Array, step: number): Float64Array =>
  x.map((value, i) => value + step * (v[i] as number));

function direction(seed: number, length: number): Float64Array {
  const random = generator(seed);
  return Float64Array.from({ length }, () => Math.fround(normal(random)));
}

/**
 * The error of a gradient by the adjoint identity, <f(x + v) - f(x), u> = <v, g>, where f is affine in this input; undefined
 * where it is not. Relative to what either side could be at most.
 */
export async function adjointError(
  { outputs, cotangent }: Weighed,
  x: Float64Array,
  g: ArrayLike<number>,
): Promise<number | undefined> {
  const base = await outputs(x);
  let worst = 0;
  for (let trial = 1; trial <= 4; trial++) {
    const v = direction(trial, x.length);
    const [once, twice, back] = [
      await outputs(along(x, v, 4)),
      await outputs(along(x, v, 8)),
      await outputs(along(x, v, -4)),
    ];
    if ([once, twice, back].some((y) => y.length !== base.length)) return undefined;
    const moved = once.map((value, i) => (value - (base[i] as number)) / 4);
    const bend = Math.max(
      norm(twice.map((value, i) => value - (base[i] as number) - 8 * (moved[i] as number))),
      norm(back.map((value, i) => value - (base[i] as number) + 4 * (moved[i] as number))),
    );
    if (!(bend <= 1e-5 * (norm(once) + norm(base)))) return undefined;
    const most = Math.max(norm(moved) * norm(cotangent), norm(v) * norm(g)) || 1;
    worst = Math.max(worst, Math.abs(dot(moved, cotangent) - dot(v, g)) / most);
  }
  return worst;
}

/** Whether a float64 model reckons in float64 throughout: some kernels and functions round to float32 within. */
export async function isDouble({ outputs }: Weighed, x: Float64Array): Promise<boolean> {
  const v = direction(3, x.length);
  const [base, once, twice] = [await outputs(x), await outputs(along(x, v, 1e-9)), await outputs(along(x, v, 2e-9))];
  const moved = once.map((value, i) => value - (base[i] as number));
  const bend = twice.map((value, i) => value - (base[i] as number) - 2 * (moved[i] as number));
  return norm(moved) > 0 && norm(bend) <= 1e-3 * norm(moved);
}

/** The relative L2 error over single elements, all or a sample, by central differences of a float64 model. */
export async function doubleError({ loss }: Weighed, x: Float64Array, g: ArrayLike<number>): Promise<number> {
  const random = generator(7);
  const chosen =
    x.length <= 100
      ? Array.from({ length: x.length }, (_, i) => i)
      : Array.from({ length: 80 }, () => Math.floor(random() * x.length));
  const moved = x.slice();
  const differences: number[] = [];
  for (const i of chosen) {
    const value = x[i] as number;
    const step = 1e-6 * Math.max(1, Math.abs(value));
    moved[i] = value + step;
    const above = await loss(moved);
    moved[i] = value - step;
    const below = await loss(moved);
    moved[i] = value;
    differences.push((above - below) / (2 * step));
  }
  const mine = chosen.map((i) => g[i] as number);
  const most = Math.max(norm(differences), norm(mine)) || 1;
  return norm(differences.map((value, i) => value - (mine[i] as number))) / most;
}

const STEPS = Array.from({ length: 12 }, (_, i) => 2 ** (-4 - i));
const CLOSE = 1e-3;

/**
 * By central differences of a float32 model along random directions, each step also extrapolated from the one before
 * (Richardson): the best of them, or the first that is close, and the worst of six directions.
 */
export async function floatError({ loss }: Weighed, x: Float64Array, g: ArrayLike<number>): Promise<number> {
  let worst = 0;
  for (let trial = 1; trial <= 6; trial++) {
    const v = direction(trial, x.length);
    const expected = dot(v, g);
    let best = Number.POSITIVE_INFINITY;
    let before = Number.NaN;
    for (const step of STEPS) {
      const difference = ((await loss(along(x, v, step))) - (await loss(along(x, v, -step)))) / (2 * step);
      // not a number where a step leaves the function's domain
      for (const value of [difference, (4 * difference - before) / 3].filter((estimate) => !Number.isNaN(estimate)))
        best = Math.min(best, Math.abs(value - expected) / (Math.max(norm(g), Math.abs(value)) || 1));
      if (best < CLOSE) break;
      before = difference;
    }
    worst = Math.max(worst, best);
  }
  return worst;
}

/** Whether tiny steps leave the outputs as they are, to the last bit: what "no gradient" claims. */
export async function isFlat({ outputs }: Weighed, x: Float64Array): Promise<boolean> {
  const base = await outputs(x);
  for (let again = 0; again < 8; again++) {
    // drawn anew each time: there is nothing to differentiate
    if ((await outputs(x)).some((value, i) => !Object.is(value, base[i]))) return true;
  }
  const same = async (step: number): Promise<boolean> => {
    const y = await outputs(along(x, direction(1, x.length), step));
    return y.length === base.length && y.every((value, i) => Object.is(value, base[i]));
  };
  return (await same(1e-3)) || (await same(1e-5));
}
