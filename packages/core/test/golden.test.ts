import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  explain,
  type Features,
  factorise,
  heatmapFor,
  type Method,
  mapOf,
  methodAs,
  methodNamed,
  type Random,
  restTarget,
  sobel,
  type TargetOption,
  tensor,
  xoshiro128,
} from '../src/index.ts';
import { errorOf } from './error-of.ts';
import { pooledLinear } from './pooled-linear.ts';

interface MapsCase {
  readonly dims: readonly number[];
  readonly activation: readonly number[];
  readonly gradient: readonly number[];
  readonly maps: Readonly<Record<string, readonly number[]>>;
  /** What Random-CAM drew there. */
  readonly drawn?: readonly number[];
  readonly eli5?: readonly number[];
}
interface Maps {
  readonly cases: Readonly<Record<string, MapsCase>>;
  readonly sobel: { readonly dims: readonly number[]; readonly picture: number[]; readonly map: readonly number[] };
  readonly factors: {
    readonly dims: readonly number[];
    readonly count: number;
    readonly activation: readonly number[];
    readonly concepts: readonly number[];
    readonly explanations: readonly number[];
  };
}
interface NetworkCase {
  readonly weight: readonly (readonly number[])[];
  readonly bias: readonly number[];
  readonly dims: readonly [number, number, number];
  readonly x: readonly number[];
  readonly target: number;
  readonly maps: Readonly<Record<string, readonly number[]>>;
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`golden/${name}.json`, import.meta.url), 'utf8'));
const golden = read('maps') as Maps;
const network = read('network') as NetworkCase;

function featuresOf(data: readonly number[], [channels = 1, ...space]: readonly number[]): Features {
  return { data: Float32Array.from(data), channels, space, positions: data.length / channels };
}

/** A stream that gives Random-CAM the weights, in -1..1, that were drawn elsewhere. */
function replayed(weights: readonly number[] = []): Random {
  let next = 0;
  return { ...xoshiro128(0), uniform: () => ((weights[next++] ?? 0) + 1) / 2 };
}

function mapBy(method: Method, { dims, activation, gradient, drawn }: MapsCase, eigenSmooth: boolean): Float32Array {
  const a = featuresOf(activation, dims);
  if (method.kind === 'probe') throw new Error(`${method.name} needs a network`);
  const evidence =
    method.kind === 'activation'
      ? method.explain(a, { random: replayed(drawn) })
      : method.explain(a, featuresOf(gradient, dims));
  return mapOf(evidence, a, eigenSmooth);
}

const peaked = (row: readonly number[]): number[] => row.map((value) => value / Math.max(...row));

/** Kernel PCA is compared to 1e-3, as factorisations are: its eigensolvers differ. */
const toleranceOf = (name: string): number => (name === 'kpca-cam' ? 1e-3 : 1e-5);

describe.each(Object.entries(golden.cases))('pytorch-grad-cam, seeded maps, %s', (_name, found) => {
  it.each(Object.entries(found.maps))('%s', (name, expected) => {
    const [plain = '', smooth] = name.split(' ');
    const method = methodAs('pytorch-grad-cam', methodNamed(plain));
    expect(errorOf(mapBy(method, found, smooth === 'eigen'), expected)).toBeLessThan(toleranceOf(plain));
  });
  if (!found.eli5) return;
  it('eli5', () => {
    const [height = 1, width = 1] = found.dims.slice(1);
    const map = mapBy(methodAs('eli5', methodNamed('grad-cam')), found, false);
    const shown = heatmapFor({ map: tensor(map, [height, width]) }, width, height, 'eli5');
    expect(errorOf(shown.data, found.eli5 ?? [])).toBeLessThan(1e-5);
  });
});

describe.each(['steep', 'signed'])(
  'our own formulas, where the epsilons of pytorch-grad-cam do not count, %s',
  (title) => {
    const found = golden.cases[title];
    // Where activations are negative, Grad-CAM++ divides by what may be nothing, and we do not.
    const names = Object.keys(found?.maps ?? {}).filter((name) => title === 'steep' || !name.startsWith('grad-cam++'));
    it.each(names)('%s', (name) => {
      const [plain = '', smooth] = name.split(' ');
      const map = found && mapBy(methodNamed(plain), found, smooth === 'eigen');
      expect(map && errorOf(map, found.maps[name] ?? [])).toBeLessThan(toleranceOf(plain));
    });
  },
);

it('pytorch-grad-cam, sobel', () => {
  const { dims, picture, map } = golden.sobel;
  const evidence = sobel.explain(featuresOf(picture, dims), { random: xoshiro128(0) });
  expect('map' in evidence && errorOf(evidence.map, map)).toBeLessThan(1e-5);
});

it.each([0, 1, 2])('pytorch-grad-cam, deep feature factorization, up to order and scale, seed %i', (seed) => {
  const { dims, count, activation, concepts, explanations } = golden.factors;
  const [channels = 1] = dims;
  const positions = activation.length / channels;
  const { offsets, vectors, maps, error } = factorise(featuresOf(activation, dims), count, xoshiro128(seed));
  expect(error).toBeLessThan(1e-3);
  const rows = (all: readonly number[], size: number): number[][] =>
    Array.from({ length: count }, (_, j) => all.slice(j * size, (j + 1) * size));
  const [theirs, ours] = [rows(explanations, positions).map(peaked), rows([...maps], positions)];
  const order = ours.map((map) => theirs.findIndex((other) => errorOf(map, other) < 1e-3));
  expect(new Set(order)).toEqual(new Set([0, 1, 2]));
  order.forEach((other, j) => {
    const peak = Math.max(...(rows(explanations, positions)[other] ?? []));
    const expected = rows(concepts, channels)[other]?.map((value, k) => (value - (offsets[k] ?? 0)) * peak);
    expect(errorOf(rows([...vectors], channels)[j] ?? [], expected ?? [])).toBeLessThan(1e-3);
  });
});

describe('pytorch-grad-cam, pooled linear network', () => {
  const { weight, bias, dims, x, target, maps } = network;
  const run = async (name: string, asked: TargetOption = target): Promise<ArrayLike<number>> => {
    const model = pooledLinear(weight, bias, [dims[1], dims[2]]);
    const [found] = await explain(model, tensor(Float32Array.from(x), [1, ...dims]), {
      target: asked,
      method: methodNamed(name),
      chunk: 2,
    });
    return found?.map.data ?? [];
  };
  it.each(['grad-cam', 'score-cam', 'ablation-cam'])('%s', async (name) => {
    expect(errorOf(await run(name), maps[name] ?? [])).toBeLessThan(1e-5);
  });
  it('shapley-cam ReST', async () => {
    expect(errorOf(await run('shapley-cam', restTarget(target)), maps['shapley-cam ReST'] ?? [])).toBeLessThan(1e-4);
  });
});
