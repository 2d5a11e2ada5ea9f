import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { explain, type Features, mapOf, methodAs, methodNamed, tensor } from '../src/index.ts';
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

describe.each(Object.entries(cases))(
  'pytorch-grad-cam, seeded maps, %s',
  (_name, { dims, activation, gradient, maps }) => {
    const [channels, ...space] = dims;
    const features = (values: readonly number[]): Features => ({
      data: Float32Array.from(values),
      channels,
      space,
      positions: values.length / channels,
    });
    it.each(Object.entries(maps))('%s', (name, golden) => {
      const [plain = '', smooth] = name.split(' ');
      const method = methodAs('pytorch-grad-cam', methodNamed(plain));
      const a = features(activation);
      const random = { uniform: () => 0, normal: () => 0 };
      if (method.kind === 'probe') throw new Error(`${name} needs a network`);
      const evidence =
        method.kind === 'activation' ? method.explain(a, { random }) : method.explain(a, features(gradient));
      expect(errorOf(mapOf(evidence, a, smooth === 'eigen'), golden)).toBeLessThan(1e-5);
    });
  },
);

describe('pytorch-grad-cam, pooled linear network', () => {
  const { weight, bias, dims, x, target, maps } = network;
  const run = async (name: string): Promise<ArrayLike<number>> => {
    const model = pooledLinear(weight, bias, [dims[1], dims[2]]);
    const [found] = await explain(model, tensor(Float32Array.from(x), [1, ...dims]), {
      target,
      method: methodNamed(name),
      chunk: 2,
    });
    return found?.map.data ?? [];
  };
  it.each(['grad-cam', 'score-cam', 'ablation-cam'])('%s', async (name) => {
    expect(errorOf(await run(name), maps[name] ?? [])).toBeLessThan(1e-5);
  });
});
