import { describe, expect, it } from 'vitest';
import {
  ablationCam,
  cam,
  type Explanation,
  eigenGradCam,
  explain,
  finerCam,
  gradCam,
  gradientXInput,
  guidedBackprop,
  hiResCam,
  type Inputs,
  integratedGradients,
  isCam,
  type Method,
  methods,
  occlusion,
  type Probe,
  type RunRequest,
  randomCam,
  rise,
  saliency,
  segEigenCam,
  shapleyCam,
  smoothGrad,
  ssCam,
  tensor,
  xoshiro128,
} from '../src/index.ts';
import { pooledLinear } from './pooled-linear.ts';

const weight = [
  [1.5, -0.5],
  [-1, 2],
  [0.25, 1],
  [1.25, 0.5],
];
const bias = [0.5, -1, 0.25, 0];
const [height, width] = [6, 8];
const positions = height * width;
const random = xoshiro128(3);
const x = Float32Array.from({ length: 2 * positions }, () => random.normal());
const picture = tensor(x, [1, 2, height, width]);
const model = () => pooledLinear(weight, bias, [height, width]);
const one = async (method: Method, target: number | 'top' = 1): Promise<Explanation> => {
  const [found] = await explain(model(), picture, { method, target });
  if (!found) throw new Error('no explanation');
  return found;
};
const closeTo = (found: ArrayLike<number>, expected: ArrayLike<number>, digits = 6): void => {
  expect(found.length).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) expect(found[i]).toBeCloseTo(expected[i] ?? Number.NaN, digits);
};
const softmax = (scores: readonly number[]): number[] => {
  const all = scores.reduce((total, score) => total + Math.exp(score), 0);
  return scores.map((score) => Math.exp(score) / all);
};
/** The score of class 1 where the picture is multiplied by each channel's mask, changed by `change`. */
const maskedScores = (change: (value: number) => number): number[] =>
  [0, 1].map((k) => {
    const channel = x.slice(k * positions, (k + 1) * positions).map((value) => (value * value) / 2);
    const [low, high] = [Math.min(...channel), Math.max(...channel)];
    return [0, 1].reduce(
      (total, other) =>
        total +
        channel.reduce((part, value, i) => {
          const masked = (x[other * positions + i] ?? 0) * change((value - low) / (high - low));
          return part + ((weight[1]?.[other] ?? 0) * masked * masked) / 2 / positions;
        }, 0),
      bias[1] ?? 0,
    );
  });
const sum = (values: Float32Array): number => values.reduce((a, b) => a + b, 0);

describe('closed forms on pooling and a linear head', () => {
  it('Grad-CAM = HiResCAM = ShapleyCAM = CAM / positions', async () => {
    const { map } = await one(gradCam);
    closeTo((await one(hiResCam)).map.data, map.data);
    closeTo((await one(shapleyCam)).map.data, map.data);
    closeTo(
      (await one(cam)).map.data,
      map.data.map((value) => value * positions),
    );
  });

  it('Ablation-CAM weighs each channel by what it adds: w_k mean A_k', async () => {
    const means = [0, 1].map(
      (k) => sum(x.slice(k * positions, (k + 1) * positions).map((v) => (v * v) / 2)) / positions,
    );
    closeTo(
      (await one(ablationCam)).weights ?? [],
      means.map((mean, k) => mean * (weight[1]?.[k] ?? 0)),
      5,
    );
  });

  it('Finer-CAM weighs by the difference to the three nearest classes', async () => {
    const expected = [0, 1].map((k) => {
      const others = [0, 2, 3].reduce((total, c) => total + (weight[c]?.[k] ?? 0), 0) / 3;
      return ((weight[1]?.[k] ?? 0) - 0.6 * others) / positions;
    });
    const found = await one(finerCam);
    closeTo(found.weights ?? [], expected);
    expect(found.target.index).toBe(1);
  });

  it('Saliency, gradient x input and SmoothGrad read dy/dx = w_k x / positions', async () => {
    const gradient = Array.from(x, (value, at) => ((weight[1]?.[Math.floor(at / positions)] ?? 0) * value) / positions);
    const both = (f: (a: number, b: number) => number): number[] =>
      Array.from({ length: positions }, (_, i) => f(gradient[i] ?? 0, gradient[positions + i] ?? 0));
    closeTo(
      (await one(saliency)).map.data,
      both((a, b) => Math.max(Math.abs(a), Math.abs(b))),
    );
    closeTo(
      (await one(gradientXInput)).map.data,
      Array.from(
        { length: positions },
        (_, i) => (gradient[i] ?? 0) * (x[i] ?? 0) + (gradient[positions + i] ?? 0) * (x[positions + i] ?? 0),
      ),
    );
    // The gradient is linear in x, so the noise averages out: 25 samples of 0.15 * range leave a standard error of 0.03 * range.
    const range = x.reduce((a, b) => Math.max(a, b)) - x.reduce((a, b) => Math.min(a, b));
    const smooth = (await one(smoothGrad)).map.data;
    const plain = (await one(saliency)).map.data;
    const errors = smooth.map((value, i) => Math.abs(value - (plain[i] ?? 0)));
    expect(errors.reduce((a, b) => Math.max(a, b))).toBeLessThan((4 * 0.03 * range * 2) / positions);
    expect(smooth).not.toEqual(plain);
  });

  it('SmoothGrad takes the mean of the gradients, and its size only then', async () => {
    // Every other copy is moved the other way, so one of 25 is left: a mean of gradients moves by a 25th, a mean of sizes by far more.
    let drawn = 0;
    const normal = (): number => (Math.floor(drawn++ / x.length) % 2 === 0 ? 10 : -10);
    const method: Method = {
      ...smoothGrad,
      explain: (probe: Probe) => smoothGrad.explain({ ...probe, random: { ...probe.random, normal } }),
    };
    const range = x.reduce((a, b) => Math.max(a, b)) - x.reduce((a, b) => Math.min(a, b));
    const moved = (k: number, i: number): number =>
      Math.abs(((weight[1]?.[k] ?? 0) * ((x[k * positions + i] ?? 0) + (0.15 * range * 10) / 25)) / positions);
    closeTo(
      (await one(method)).map.data,
      Array.from({ length: positions }, (_, i) => Math.max(moved(0, i), moved(1, i))),
      5,
    );
  });

  it('Integrated Gradients add up to the score difference', async () => {
    const found = await one(integratedGradients);
    expect(sum(found.map.data)).toBeCloseTo(found.target.score - (bias[1] ?? 0), 5);
    expect(found.map.dims).toEqual([height, width]);
  });

  it('IS-CAM takes the mean over scaled masks: here the score falls with the square of the scale', async () => {
    // y = bias + what the masked picture adds, which goes with the square of the mask.
    const scores = maskedScores((value) => value);
    const square = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].reduce((total, i) => total + (i / 10) ** 2, 0) / 10;
    const shift = bias[1] ?? 0;
    closeTo((await one(isCam)).weights ?? [], softmax(scores.map((score) => shift + (score - shift) * square)), 5);
  });

  it('SS-CAM adds 0.3 times the noise to the masks', async () => {
    const [found] = await explain(model(), picture, {
      target: 1,
      method: {
        ...ssCam,
        explain: (probe: Probe) => ssCam.explain({ ...probe, random: { ...probe.random, normal: () => 1 } }),
      },
    });
    closeTo(found?.weights ?? [], softmax(maskedScores((value) => value + 0.3)), 5);
  });

  it('Occlusion averages what each window adds', async () => {
    const found = (await one(occlusion)).map.data;
    // Windows of one pixel: each pixel's own share of the score.
    closeTo(
      found,
      Array.from(
        { length: positions },
        (_, i) =>
          [0, 1].reduce((total, k) => total + ((weight[1]?.[k] ?? 0) * (x[k * positions + i] ?? 0) ** 2) / 2, 0) /
          positions,
      ),
      5,
    );
  });

  it('Occlusion and RISE find the pixel that matters', async () => {
    const bright = new Float32Array(2 * positions);
    bright[positions + 2 * width + 5] = 4;
    for (const method of [occlusion, rise]) {
      const [found] = await explain(model(), tensor(bright, [1, 2, height, width]), { method, target: 1 });
      const data = found?.map.data ?? new Float32Array();
      expect(data.indexOf(data.reduce((a, b) => Math.max(a, b), -Infinity))).toBe(2 * width + 5);
    }
  });
});

describe('every method', () => {
  it.each(methods)(
    '$name is seeded, indifferent to the chunk size, finite, and explains a batch as its samples alone',
    async (method) => {
      const twice = tensor(Float32Array.from([...x.map((value) => value / 2), ...x]), [2, 2, height, width]);
      const batch = await explain(model(), twice, { method, target: 1, seed: 7, chunk: 5 });
      const [alone] = await explain(model(), picture, { method, target: 1, seed: 7, chunk: 64 });
      expect(batch[1]).toEqual(alone);
      expect(alone?.map.data.every(Number.isFinite)).toBe(true);
      expect(alone?.method).toBe(method.name);
    },
  );

  it('draws other numbers from another seed', async () => {
    const [a, b] = await Promise.all([0, 1].map((seed) => explain(model(), picture, { method: randomCam, seed })));
    expect(a?.[0]?.map).not.toEqual(b?.[0]?.map);
  });

  it('refuses CAM where the gradient differs between positions', async () => {
    await expect(explain(model(), picture, { method: cam, layer: 'x' })).rejects.toMatchObject({
      code: 'unsupported-model',
    });
  });

  it('turns Seg-Eigen-CAM so that the strongest position is positive', async () => {
    const dark = new Float32Array(2 * positions).fill(1);
    dark.fill(0, 5, 6);
    const [found] = await explain(model(), tensor(dark, [1, 2, height, width]), { method: segEigenCam, target: 1 });
    const data = found?.map.data ?? new Float32Array();
    // One position differs from all others: after centring it is the strongest, whatever its side.
    expect(data.indexOf(data.reduce((a, b) => Math.max(a, b)))).toBe(5);
    expect(data[5]).toBeGreaterThan(0);
  });

  it('asks the backend for the guided rule', async () => {
    const guided = model();
    const rules: unknown[] = [];
    const spied = {
      ...guided,
      run: (inputs: Inputs, request?: RunRequest) => {
        rules.push(request?.rule);
        return guided.run(inputs, request);
      },
    };
    await explain(spied, picture, { method: guidedBackprop });
    await explain(spied, picture);
    expect(rules).toEqual(['guided', 'exact']);
  });

  it('gives EigenGrad-CAM the side of HiResCAM', async () => {
    const [eigen, plain] = [(await one(eigenGradCam)).map.data, (await one(hiResCam)).map.data];
    const mean = sum(plain) / positions;
    expect(eigen.reduce((total, value, i) => total + value * ((plain[i] ?? 0) - mean), 0)).toBeGreaterThan(0);
  });
});

describe('xoshiro128**', () => {
  it('is frozen', () => {
    const stream = xoshiro128(42);
    expect(Array.from({ length: 4 }, () => stream.uniform() * 2 ** 32)).toEqual([
      2837322924, 544945897, 479756282, 3500138142,
    ]);
  });
});
