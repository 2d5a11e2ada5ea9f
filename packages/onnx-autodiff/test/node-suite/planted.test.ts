import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { rules } from '../../src/rules/index.ts';
import type { Rule, RuleTable, Vjp } from '../../src/rules/rule.ts';
import { model, type NodeSpec } from '../models/build.ts';
import { generator, normal } from '../rules/random.ts';
import { type Ort, runtimeOf, type Values } from '../rules/runtime.ts';
import { type Verdict, verdictOn } from './verdict.ts';

// The check of the official node tests must see a wrong rule, by each of its three ways to measure.
const runtime = runtimeOf(ort as unknown as Ort, 'cpu');

const vjpOf = (op: string): Vjp => rules.find((rule) => rule.op === op)?.vjp as Vjp;
const planted = (wrong: Rule): RuleTable => [wrong, ...rules.filter((rule) => rule.op !== wrong.op)];

/** The rule of an operator with something done to the gradient of its first input. */
function spoiled(
  op: string,
  spoil: (context: Parameters<Vjp>[0], gradient: ReturnType<Vjp>[0]) => ReturnType<Vjp>[0],
): RuleTable {
  return planted({
    op,
    vjp: (context) => {
      const [first, ...others] = vjpOf(op)(context);
      return [spoil(context, first as ReturnType<Vjp>[0]), ...others];
    },
  });
}

const scaled = (op: string): RuleTable =>
  spoiled(
    op,
    ({ e }, gradient) =>
      () =>
        e.times((gradient as () => ReturnType<typeof e.neg>)(), 1.03),
  );

/** One operator, fed with values that lie on whole numbers now and then, as the official tests do. */
function check(node: NodeSpec, sizes: readonly (readonly number[])[], table?: RuleTable): Promise<Verdict> {
  const random = generator(5);
  const feeds = new Map<string, Values>(
    sizes.map((dims, index) => [
      `x${index}`,
      {
        type: 'float32',
        dims,
        data: Float64Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) =>
          i % 4 === 0 ? Math.round(normal(random)) : Math.fround(normal(random)),
        ),
      },
    ]),
  );
  const inputs = Object.fromEntries([...feeds].map(([name, { dims }]) => [name, dims]));
  return verdictOn(runtime, model({ opset: 17, inputs, nodes: [node], outputs: { y: {} } }), feeds, table);
}

type Row = readonly [node: NodeSpec, sizes: readonly (readonly number[])[]];

const conv: Row = [
  ['Conv', ['x0', 'x1'], ['y'], { pads: [1, 1, 1, 1] }],
  [
    [1, 2, 6, 6],
    [3, 2, 3, 3],
  ],
];
const sigmoid: Row = [['Sigmoid', ['x0'], ['y']], [[3, 5]]];
const atan: Row = [['Atan', ['x0'], ['y']], [[3, 5]]];
const relu: Row = [['Relu', ['x0'], ['y']], [[4, 8]]];
const floor: Row = [['Floor', ['x0'], ['y']], [[4, 8]]];

describe('right rules pass', () => {
  test.each([
    ['the adjoint identity', conv, 'adjoint'],
    ['float64 differences', sigmoid, 'double'],
    ['float32 differences', atan, 'float'],
    ['float64 differences off the kink', relu, 'double'],
  ] as const)('by %s', async (_, [node, sizes], method) => {
    expect(await check(node, sizes)).toMatchObject({ kind: 'right', detail: expect.stringMatching(method) });
  });

  test('a staircase has no gradient', async () => {
    expect(await check(...floor)).toMatchObject({ kind: 'no gradient' });
  });
});

describe('wrong rules are seen', () => {
  test.each([
    ['the adjoint identity', conv, 'Conv', /adjoint/],
    ['float64 differences', sigmoid, 'Sigmoid', /double/],
    ['float32 differences', atan, 'Atan', /float/],
  ] as const)('scaled by 1.03, by %s', async (_, [node, sizes], op, method) => {
    const verdict = await check(node, sizes, scaled(op));
    expect(verdict.kind).toBe('wrong');
    expect(verdict.detail).toMatch(method);
  });

  test('a border row of zeros', async () => {
    const wrong = spoiled('Conv', ({ e }, gradient) => () => {
      const whole = (gradient as () => ReturnType<typeof e.neg>)();
      return e.pad(e.slice(whole, [2], [0], [5]), [0, 0, 0, 0, 0, 0, 1, 0]);
    });
    expect((await check(...conv, wrong)).kind).toBe('wrong');
  });

  test('a dropped mask', async () => {
    const wrong = planted({ op: 'Relu', vjp: ({ g }) => [() => g] });
    expect((await check(...relu, wrong)).kind).toBe('wrong');
  });

  test('a gradient where there is none', async () => {
    const wrong = planted({ op: 'Floor', vjp: ({ g }) => [() => g] });
    expect((await check(...floor, wrong)).kind).toBe('wrong');
  });

  test('none where there is one', async () => {
    const verdict = await check(...sigmoid, planted({ op: 'Sigmoid', vjp: 'none' }));
    expect(verdict).toMatchObject({ kind: 'wrong', detail: 'it claims that x0 has no gradient' });
  });

  test('one operand of two forgotten', async () => {
    const wrong = planted({ op: 'Mul', broadcasts: true, vjp: ({ e, g, x }) => [() => e.mul(g, x[1]), null] });
    const verdict = await check(['Mul', ['x0', 'x1'], ['y']], [[3, 5], [5]], wrong);
    expect(verdict).toMatchObject({ kind: 'wrong', detail: 'it claims that x1 has no gradient' });
  });
});
