import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  explain,
  type Features,
  type Method,
  mapOf,
  methodAs,
  methodNamed,
  restTarget,
  type TargetOption,
  tensor,
  xoshiro128,
} from '../src/index.ts';
import { pooledLinear } from './pooled-linear.ts';

interface MapsCase {
  readonly dims: readonly [number, number, number];
  readonly activation: readonly number[];
  readonly gradient: readonly number[];
  readonly maps: Readonly<Record<string, readonly number[]>>;
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
const cases = read('maps') as Readonly<Record<string, MapsCase>>;
const network = read('network') as NetworkCase;

/** Largest error over largest golden value. */
function errorOf(found: ArrayLike<number>, golden: readonly number[]): number {
  expect(found.length).toBe(golden.length);
  const largest = Math.max(...golden.map(Math.abs));
  return Math.max(...golden.map((value, i) => Math.abs(value - (found[i] ?? Number.NaN)))) / (largest || 1);
}

function mapBy(method: Method, { dims, activation, gradient }: MapsCase, eigenSmooth: boolean): Float32Array {
  const [channels, ...space] = dims;
  const positions = activation.length / channels;
  const a: Features = { data: Float32Array.from(activation), channels, space, positions };
  if (method.kind === 'probe') throw new Error(`${method.name} needs a network`);
  const evidence =
    method.kind === 'activation'
      ? method.explain(a, { random: xoshiro128(0) })
      : method.explain(a, { ...a, data: Float32Array.from(gradient) });
  return mapOf(evidence, a, eigenSmooth);
}

describe.each(Object.entries(cases))('pytorch-grad-cam, seeded maps, %s', (_name, found) => {
  it.each(Object.entries(found.maps))('%s', (name, golden) => {
    const [plain = '', smooth] = name.split(' ');
    const method = methodAs('pytorch-grad-cam', methodNamed(plain));
    expect(errorOf(mapBy(method, found, smooth === 'eigen'), golden)).toBeLessThan(1e-5);
  });
});

describe('our own formulas, where the epsilons of pytorch-grad-cam do not count', () => {
  const { steep } = cases;
  it.each(Object.entries(steep?.maps ?? {}))('%s', (name, golden) => {
    const [plain = '', smooth] = name.split(' ');
    expect(steep && errorOf(mapBy(methodNamed(plain), steep, smooth === 'eigen'), golden)).toBeLessThan(1e-5);
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
