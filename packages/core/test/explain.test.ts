import { describe, expect, it } from 'vitest';
import {
  classTarget,
  type Explanation,
  explain,
  explanationFromJson,
  explanationToJson,
  GradcamError,
  type Target,
  tensor,
} from '../src/index.ts';
import { pooledLinear } from './pooled-linear.ts';

const weight: readonly (readonly [number, number])[] = [
  [2, -1],
  [-3, 4],
  [0.5, 0.25],
];
const bias = [0.1, 0, -0.2];
const mean = (values: readonly number[] = []): number => values.reduce((a, b) => a + b) / 6;
const model = () => pooledLinear(weight, bias, [2, 3]);
// features = x^2 / 2
const x = [1, 2, 3, 0, 1, 2, 2, 0, 1, 1, 4, 0];
const features = x.map((value) => (value * value) / 2);
const picture = tensor(Float32Array.from(x), [1, 2, 2, 3]);
const only = ([first]: readonly Explanation[]): Explanation => {
  if (!first) throw new Error('no explanation');
  return first;
};
const closeTo = (actual: ArrayLike<number>, expected: readonly number[]): void => {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(actual[i]).toBeCloseTo(value, 5);
  });
};

describe('explain', () => {
  it('gives the closed form of Grad-CAM in one pass, for the top class and for a class by index', async () => {
    const [first, second] = [0, 1].map((k) => features.slice(6 * k, 6 * k + 6));
    const logits = weight.map(([a, b], c) => a * mean(first) + b * mean(second) + (bias[c] ?? 0));
    const top = logits.indexOf(Math.max(...logits));
    for (const [target, index] of [
      ['top', top],
      [0, 0],
      [1, 1],
    ] as const) {
      const fresh = model();
      const found = only(await explain(fresh, picture, { target }));
      expect(fresh.calls).toEqual({ run: 1, resume: 0, pull: 0 });
      const [a, b] = weight[index] ?? [0, 0];
      closeTo(found.weights ?? [], [a / 6, b / 6]);
      closeTo(
        found.map.data,
        (first ?? []).map((value, i) => (a * value + b * (second?.[i] ?? 0)) / 6),
      );
      expect(found.map.dims).toEqual([2, 3]);
      expect(found.target).toMatchObject({ index, name: `class ${index}` });
      expect(found.target.score).toBeCloseTo(logits[index] ?? 0, 5);
      const total = logits.reduce((sum, z) => sum + Math.exp(z), 0);
      expect(found.target.probability).toBeCloseTo(Math.exp(logits[index] ?? 0) / total, 6);
      closeTo(
        found.predictions.map(({ score }) => score),
        logits.toSorted((p, q) => q - p),
      );
      expect(found.layer).toMatchObject({ name: 'features', chosen: 'auto', dims: [2, 2, 3] });
      expect(found.warnings).toEqual([]);
    }
  });

  it('pulls the slope of any other target back, and equals the class it imitates', async () => {
    const difference: Target = {
      name: 'class 0 against class 1',
      evaluate: ({ output: { data } }) => ({
        score: (data[0] ?? 0) - (data[1] ?? 0),
        slope: Float32Array.of(1, -1, 0),
      }),
    };
    const fresh = model();
    const found = only(await explain(fresh, picture, { target: difference }));
    expect(fresh.calls).toEqual({ run: 1, resume: 0, pull: 1 });
    closeTo(found.weights ?? [], [5 / 6, -5 / 6]);
    expect(found.target).toMatchObject({ index: null, probability: null, name: 'class 0 against class 1' });
  });

  it('explains a batch as its samples alone, each with its own target', async () => {
    const second = x.map((value) => 3 - value);
    const both = tensor(Float32Array.from([...x, ...second]), [2, 2, 2, 3]);
    const together = await explain(model(), both, { target: [1, classTarget(2)] });
    const alone = [
      ...(await explain(model(), picture, { target: 1 })),
      ...(await explain(model(), tensor(Float32Array.from(second), [1, 2, 2, 3]), { target: 2 })),
    ];
    expect(together).toEqual(alone);
  });

  it('explains the side a lone unit decided for', async () => {
    const lone = pooledLinear([[-1, 0.5]], [0], [2, 3], { activation: 'sigmoid' });
    const found = only(await explain(lone, picture));
    closeTo(found.weights ?? [], [1 / 6, -0.5 / 6]);
    expect(found.target.name).toBe('not class 0');
    expect(found.target.score).toBeGreaterThan(0);
  });

  it('survives JSON, with null for what is not finite', async () => {
    const found = only(await explain(model(), picture, { target: 2 }));
    expect(explanationFromJson(JSON.parse(JSON.stringify(explanationToJson(found))))).toEqual(found);
    const broken = { ...found, map: tensor(Float32Array.of(1, Number.NaN, Infinity), [1, 3]) };
    const stored = explanationToJson(broken);
    expect(stored.map.data).toEqual([1, null, null]);
    expect(stored.warnings.at(-1)).toEqual({
      code: 'null-number',
      message: '2 numbers are not finite and were stored as null',
    });
    expect([...explanationFromJson(stored).map.data]).toEqual([1, Number.NaN, Number.NaN]);
    for (const [json, message] of [
      [{ version: 99 }, /found version 99/],
      [null, /found version undefined/],
      [{ ...stored, parts: undefined }, /not a whole one/],
      [{ ...stored, parts: [{ layer: 'features', copy: 'as it is' }] }, /not a whole one/],
      [{ ...stored, map: { dims: [1, 3] } }, /not a whole one/],
      [{ ...stored, weights: 3 }, /not a whole one/],
    ] as const) {
      expect(() => explanationFromJson(json)).toThrow(GradcamError);
      expect(() => explanationFromJson(json)).toThrow(message);
    }
  });

  it.each([
    ['a class out of range', { target: 3 }, 'bad-target', /3 classes; expected a whole number from 0 to 2/],
    ['a wrong number of targets', { target: [0, 1] }, 'bad-target', /2 targets for 1 samples/],
    ['an unknown layer', { layer: 'featurs' }, 'unknown-layer', /did you mean "features"/],
    ['a layer without positions', { layer: 'logits' }, 'bad-option', /no positions/],
    [
      'a slope of a wrong length',
      { target: { name: 't', evaluate: () => ({ score: 0, slope: new Float32Array(2) }) } },
      'bad-target',
      /2 values .* expected 3/,
    ],
  ] as const)('refuses %s', async (_what, options, code, message) => {
    await expect(explain(model(), picture, options)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it('says where and how many input values are not finite', async () => {
    const data = Float32Array.from(x);
    data[4] = Number.NaN;
    data[11] = Infinity;
    await expect(explain(model(), tensor(data, [1, 2, 2, 3]))).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/2 of 12 values of x are not finite \(NaN at \[0, 0, 1, 1\]\)/),
    });
  });

  it("rejects with the signal's reason", async () => {
    const reason = new Error('enough');
    await expect(explain(model(), picture, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
