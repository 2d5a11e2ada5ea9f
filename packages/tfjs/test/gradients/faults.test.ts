import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import {
  concat,
  type GradConfig,
  getGradient,
  mean,
  mul,
  onesLike,
  setBackend,
  slice,
  type Tensor,
  zeros,
} from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { type Rule, rules } from '../../src/gradients/index.ts';
import { replaceGradient } from '../../src/gradients/rule.ts';
import { nameOf } from './case.ts';
import { cases } from './cases/index.ts';
import { errorOf, TOLERANCE } from './check.ts';

type Bend = (dx: Tensor) => Tensor;

/** The pack with what one rule answers bent afterwards. */
const bent = (kernel: string, bend: Bend): readonly Rule[] =>
  rules.map((rule) => {
    if (rule.kernel !== kernel) return rule;
    return {
      ...rule,
      install(backend) {
        const restore = rule.install(backend);
        const own = getGradient(kernel) as GradConfig;
        const unbend = replaceGradient({
          ...own,
          gradFunc: (...given) =>
            Object.fromEntries(Object.entries(own.gradFunc(...given)).map(([name, dx]) => [name, () => bend(dx())])),
        });
        return () => {
          unbend();
          restore();
        };
      },
    };
  });

const scaled: Bend = (dx) => mul(dx, 1.03);
const unmasked: Bend = (dx) => mul(onesLike(dx), mean(dx));
/** Axis 1 begins with zeros. */
const borderless: Bend = (dx) => {
  const border = dx.shape.map((size, axis) => (axis === 1 ? 1 : size));
  const begin = dx.shape.map((_, axis) => (axis === 1 ? 1 : 0));
  const rest = dx.shape.map((size, axis) => (axis === 1 ? size - 1 : size));
  return concat([zeros(border), slice(dx, begin, rest)], 1);
};

test.each([
  ['AvgPool: SAME, 3x3, stride 1 (Inception)', 'a factor of 1.03', scaled],
  ['AvgPool: SAME, 3x3, stride 1 (Inception)', 'a border row of zeros', borderless],
  ['Max: ties over the last axis', 'a factor of 1.03', scaled],
  ['Max: ties over the last axis', 'a dropped mask', unmasked],
] as const)('%s: %s is caught', async (name, _, bend) => {
  await setBackend('cpu');
  const row = cases.find((candidate) => nameOf(candidate) === name);
  if (!row) throw new Error(`no case ${name}`);
  expect(await errorOf(row, 'cpu', rules)).toBeLessThan(TOLERANCE);
  expect(await errorOf(row, 'cpu', bent(row.rule, bend))).toBeGreaterThan(100 * TOLERANCE);
});
