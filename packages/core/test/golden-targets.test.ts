import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { finerWeighted } from '../src/compat/finer-weighted.ts';
import {
  binaryTarget,
  boxesTarget,
  classTarget,
  probabilityTarget,
  restTarget,
  type Sample,
  segmentationTarget,
  sumTarget,
  type Target,
  type Tensor,
  tensor,
} from '../src/index.ts';
import { errorOf } from './error-of.ts';

interface Golden {
  readonly logits: readonly number[];
  readonly one: readonly number[];
  readonly maps: {
    readonly dims: readonly number[];
    readonly data: readonly number[];
    readonly mask: readonly number[];
  };
  readonly boxes: {
    readonly boxes: number[];
    readonly scores: number[];
    readonly labels: number[];
    readonly wanted: number[];
  };
  readonly found: Readonly<Record<string, { readonly value: number; readonly slopes: readonly (readonly number[])[] }>>;
}
const golden = JSON.parse(readFileSync(new URL('golden/targets.json', import.meta.url), 'utf8')) as Golden;

const given = (data: readonly number[], dims: readonly number[]): Tensor => tensor(Float32Array.from(data), dims);
const sampleOf = (output: Tensor, outputs: Sample['outputs'] = new Map()): Sample => ({
  output,
  outputs,
  score: { output: 'logits', kind: 'logit', activation: null },
});
const logits = sampleOf(given(golden.logits, [6]));
const one = sampleOf(given(golden.one, [1]));
const { boxes, scores, labels, wanted } = golden.boxes;
const detected = sampleOf(
  given([0], [1]),
  new Map([
    ['boxes', given(boxes, [3, 4])],
    ['labels', given(labels, [3])],
    ['scores', given(scores, [3])],
  ]),
);
const box = (...names: readonly number[]): Target =>
  boxesTarget(
    { boxes: 'boxes', labels: 'labels', scores: 'scores' },
    names.map((label, i) => {
      const [a = 0, b = 0, c = 0, d = 0] = wanted.slice(4 * i, 4 * i + 4);
      return { box: [a, b, c, d], label };
    }),
  );

it.each([
  ['class', classTarget(2), logits],
  ['probability', probabilityTarget(2), logits],
  ['rest', restTarget(2), logits],
  ['yes', binaryTarget(true), one],
  ['no', binaryTarget(false), one],
  ['sum', sumTarget, logits],
  ['segmentation', segmentationTarget(1, golden.maps.mask), sampleOf(given(golden.maps.data, golden.maps.dims))],
  ['finer', finerWeighted(classTarget(2)), logits],
  ['boxes', box(7, 2), detected],
  ['boxes of other labels', box(7, 3), detected],
] as const)('pytorch-grad-cam, target %s', (name, target: Target, sample) => {
  const { score, slope } = target.evaluate(sample);
  const expected = golden.found[name];
  expect(errorOf([score], [expected?.value ?? Number.NaN])).toBeLessThan(1e-5);
  const slopes = slope instanceof Float32Array ? [slope] : [...slope.values()];
  slopes.forEach((values, i) => {
    expect(errorOf(values, expected?.slopes[i] ?? [])).toBeLessThan(1e-5);
  });
});
