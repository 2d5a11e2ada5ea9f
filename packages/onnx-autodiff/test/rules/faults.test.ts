import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { rules } from '../../src/rules/index.ts';
import type { Rule, RuleTable } from '../../src/rules/rule.ts';
import { map } from './arrays.ts';
import type { Case } from './case.ts';
import { faultOf } from './check.ts';
import { type Ort, runtimeOf } from './runtime.ts';

// The checks must see a wrong rule: each of these plants one.
const runtime = runtimeOf(ort as unknown as Ort, 'cpu');
const planted = (wrong: Rule): RuleTable => [wrong, ...rules.filter((rule) => rule.op !== wrong.op)];

const sigmoid: Case = { op: 'Sigmoid', inputs: [[2, 3, 4]], reference: map((x) => 1 / (1 + Math.exp(-x))) };
const transpose: Case = {
  op: 'Transpose',
  inputs: [[2, 3, 8, 8]],
  attributes: { perm: [0, 2, 3, 1] },
  reference: 'linear',
};
const relu: Case = { op: 'Relu', inputs: [{ dims: [2, 30], kinks: [0] }], reference: map((x) => Math.max(x, 0)) };

test('a right rule passes', async () => {
  expect(await faultOf(runtime, sigmoid, 17)).toBeUndefined();
});

test('a rule scaled by 1.03 is caught by the reference', async () => {
  const wrong = planted({
    op: 'Sigmoid',
    vjp: ({ e, g, y }) => [() => e.times(e.mul(g, e.mul(y, e.from(1, y))), 1.03)],
  });
  expect(await faultOf(runtime, sigmoid, 17, wrong)).toMatch(/off by 0\.0(29999|3)/);
});

test('a rule scaled by 1.03 is caught by the adjoint identity', async () => {
  const wrong = planted({ op: 'Transpose', vjp: ({ e, g }) => [() => e.times(e.transpose(g, [0, 3, 1, 2]), 1.03)] });
  expect(await faultOf(runtime, transpose, 17, wrong)).toMatch(/off by/);
});

test('a wrong border row is caught by the adjoint identity', async () => {
  const wrong = planted({
    op: 'Transpose',
    vjp: ({ e, g }) => [() => e.pad(e.slice(e.transpose(g, [0, 3, 1, 2]), [2], [0], [7]), [0, 0, 0, 0, 0, 0, 1, 0])],
  });
  expect(await faultOf(runtime, transpose, 17, wrong)).toMatch(/off by/);
});

test('a dropped mask is caught', async () => {
  const wrong = planted({ op: 'Relu', vjp: ({ g }) => [() => g] });
  expect(await faultOf(runtime, relu, 17, wrong)).toMatch(/off by/);
});

test('a wrong reference is caught too', async () => {
  expect(await faultOf(runtime, { ...sigmoid, reference: map(Math.tanh) }, 17)).toMatch(/reference is wrong/);
});
