import { describe, expect, it } from 'vitest';
import {
  binaryTarget,
  boxesTarget,
  classTarget,
  contrastTarget,
  detectionTarget,
  linearTarget,
  logProbabilityTarget,
  probabilityTarget,
  regressionTarget,
  restTarget,
  type Sample,
  type Score,
  segmentationTarget,
  similarityTarget,
  sumTarget,
  type Target,
  weightedTarget,
} from '../src/index.ts';

const logits: Score = { output: 'logits', kind: 'logit', activation: 'softmax' };
const sigmoids: Score = { ...logits, activation: 'sigmoid' };
const sampleOf = (values: readonly number[], score = logits, dims: readonly number[] = [values.length]): Sample => ({
  output: { data: Float32Array.from(values), dims },
  outputs: new Map(),
  score,
});
const detector = { boxes: 'boxes', labels: 'labels', scores: 'scores' };
const z = [0.5, -1.25, 2, 0.125];

describe('targets', () => {
  it.each([
    ['class', classTarget(1), sampleOf(z), -1.25],
    ['top class', classTarget('top'), sampleOf(z), 2],
    ['top of a lone unit that says no', classTarget('top'), sampleOf([-0.75]), 0.75],
    ['probability', probabilityTarget(0), sampleOf(z), Math.exp(0.5) / z.reduce((sum, v) => sum + Math.exp(v), 0)],
    ['probability by sigmoids', probabilityTarget(0), sampleOf(z, sigmoids), 1 / (1 + Math.exp(-0.5))],
    [
      'probability of a lone unit',
      probabilityTarget(0),
      sampleOf([0.5], { ...logits, activation: null }),
      1 / (1 + Math.exp(-0.5)),
    ],
    ['log-probability', logProbabilityTarget(2), sampleOf(z), 2 - Math.log(z.reduce((sum, v) => sum + Math.exp(v), 0))],
    ['ReST', restTarget(2), sampleOf(z), 4 - Math.log(z.reduce((sum, v) => sum + Math.exp(v), 0))],
    ['binary, no', binaryTarget(false), sampleOf([2]), -2],
    ['contrast', contrastTarget(0, [1, 2], 0.5), sampleOf(z), 0.5 - 0.25 * 0.75],
    ['weighted sum', linearTarget([1, 2, 0, -4]), sampleOf(z), 0.5 - 2.5 - 0.5],
    ['sum', sumTarget, sampleOf(z), 1.375],
    ['regression', regressionTarget(2), sampleOf(z), 2],
    ['regression, down, of a map', regressionTarget(3, 'down'), sampleOf([1, 2, 3, 4], logits, [2, 2]), -4],
    ['segmentation', segmentationTarget(1, [0, 1, 1]), sampleOf([1, 2, 3, 4, 5, 6], logits, [2, 3]), 11],
    [
      'detection by rows',
      detectionTarget({ anchor: 1, axis: 0, values: [0, 2] }),
      sampleOf([1, 2, 3, 4, 5, 6], logits, [2, 3]),
      10,
    ],
    [
      'detection by columns',
      detectionTarget({ anchor: 1, axis: 1, values: [0, 1] }),
      sampleOf([1, 2, 3, 4, 5, 6], logits, [2, 3]),
      7,
    ],
    [
      'similarity',
      similarityTarget([1, 0, 1, 0]),
      sampleOf(z),
      2.5 / Math.sqrt(2 * z.reduce((sum, v) => sum + v * v, 0)),
    ],
  ] as const)('%s: value, and slope against central differences', (_name, target: Target, sample, value) => {
    const { score, slope } = target.evaluate(sample);
    expect(score).toBeCloseTo(value, 6);
    const step = 2 ** -9;
    sample.output.data.forEach((at, i) => {
      const scoreAt = (moved: number): number => {
        const data = sample.output.data.slice();
        data[i] = moved;
        return target.evaluate({ ...sample, output: { ...sample.output, data } }).score;
      };
      const difference = (scoreAt(at + step) - scoreAt(at - step)) / (2 * step);
      expect(slope instanceof Float32Array && slope[i]).toBeCloseTo(difference, 5);
    });
  });

  it('settles on the class that was on top', () => {
    const settled = classTarget('top').settle?.(sampleOf(z));
    expect(settled?.evaluate(sampleOf([9, 9, 1, 9])).score).toBe(1);
    expect(
      classTarget('top')
        .settle?.(sampleOf([-1]))
        ?.evaluate(sampleOf([3])).score,
    ).toBe(-3);
  });

  it.each([
    ['a class out of range', classTarget(4), sampleOf(z), /0 to 3/],
    ['a fraction', classTarget(0.5), sampleOf(z), /0 to 3/],
    ['a score for each position', classTarget(0), sampleOf(z, logits, [2, 2]), /for each position/],
    ['a rival out of range', contrastTarget(0, [7]), sampleOf(z), /class 7 does not exist/],
    [
      'a probability of a probability',
      probabilityTarget(0),
      sampleOf(z, { ...logits, kind: 'probability' }),
      /a probability already/,
    ],
    ['two units for a binary target', binaryTarget(true), sampleOf([1, 2]), /expects one/],
    ['a wrong number of weights', linearTarget([1]), sampleOf(z), /1 weights; expected 4/],
    [
      'a mask of another size',
      segmentationTarget(0, [1]),
      sampleOf([1, 2, 3, 4, 5, 6], logits, [2, 3]),
      /1 values; expected 3/,
    ],
    [
      'an anchor out of range',
      detectionTarget({ anchor: 2, axis: 0, values: [0] }),
      sampleOf([1, 2], logits, [2, 1]),
      /below 2/,
    ],
    ['an embedding of another length', similarityTarget([1]), sampleOf(z), /expected 4/],
    ['a number that a regression has not', regressionTarget(4), sampleOf(z), /0 to 3/],
    ['boxes that the model has not', boxesTarget(detector, []), sampleOf(z), /no output boxes/],
    [
      'boxes of other dims',
      boxesTarget(detector, []),
      { ...sampleOf(z), outputs: new Map([['boxes', sampleOf([1, 2]).output]]) },
      /boxes has dims \[N, 2\]/,
    ],
  ] as const)('refuses %s', (_name, target: Target, sample, message) => {
    expect(() => target.evaluate(sample)).toThrow(message);
  });

  it('settles a probability on the class that was on top', () => {
    const top = restTarget('top');
    expect(top.evaluate(sampleOf(z))).toEqual(restTarget(2).evaluate(sampleOf(z)));
    const changed = sampleOf([9, 9, 1, 9]);
    expect(top.settle?.(sampleOf(z)).evaluate(changed)).toEqual(restTarget(2).evaluate(changed));
    expect(top.settle?.(sampleOf(z)).classOf?.(changed)).toBe(2);
    expect(top.evaluate(changed)).not.toEqual(restTarget(2).evaluate(changed));
  });

  it('adds targets up, each with its weight, settled together', () => {
    const sum = weightedTarget([
      [classTarget('top'), 2],
      [probabilityTarget(0), -1],
    ]);
    const settled = sum.settle?.(sampleOf(z)) ?? sum;
    const changed = sampleOf([3, -1.25, 2, 0.125]);
    const p = probabilityTarget(0).evaluate(changed);
    const { score, slope } = settled.evaluate(changed);
    expect(score).toBeCloseTo(2 * 2 - p.score, 6);
    const expected = (p.slope as Float32Array).map((value, i) => (i === 2 ? 2 : 0) - value);
    expect([...((slope as ReadonlyMap<string, Float32Array>).get('logits') ?? [])]).toEqual([...expected]);
    expect(() => weightedTarget([])).toThrow(/one or more/);
  });

  it('knows where it is flat', () => {
    const sure = sampleOf([30, 0, 0]);
    expect(probabilityTarget(0).evaluate(sure).flat).toMatch(/probability of class 0 is 1\.0/);
    expect(probabilityTarget(0).evaluate(sampleOf(z)).flat).toBeUndefined();
    expect(logProbabilityTarget(1).evaluate(sure).flat).toBeUndefined();
    expect(restTarget(0).evaluate(sure).flat).toBeUndefined();
    expect(similarityTarget([0, 0, 0]).evaluate(sure).flat).toMatch(/the reference is all zeros/);
  });

  it('refuses to tell a class from itself', () => {
    expect(() => contrastTarget(1, [1])).toThrow(/one or more other classes/);
  });
});
