import type { Value } from '../../emit/tape.ts';
import { convGradients } from '../conv.ts';
import { gemmGradients, matmulGradients } from '../matmul.ts';
import { averagePoolGradient } from '../pool.ts';
import type { Context, InputGradient, Rule, Values } from '../rule.ts';
import { softmaxGradient } from '../softmax.ts';
import { inUnits, realOf, SCALES, unsaturated, WEIGHTS } from './units.ts';

const microsoft = 'com.microsoft';

const channelsFirst: Rule['check'] = (node) =>
  node.int('channels_last', 0) === 1
    ? 'it holds channels last, as ONNX Runtime writes for one machine; use the model before that optimisation'
    : undefined;

/** The context of the real operator: operands as real numbers, the gradient without saturated cells. */
function realContext(context: Context, zero: number, x: readonly Value[]): Context {
  return { ...context, g: unsaturated(context, zero), x: x as unknown as Values };
}

type Thunk = () => Value;

/** Runs a gradient of the real operator and gives it in the units of a quantised operand. */
const to =
  (context: Context, input: number, gradient: InputGradient | undefined): Thunk =>
  () =>
    inUnits(context, input, input + 1, (gradient as Thunk)());

/** https://onnx.ai/onnx/operators/onnx__QLinearConv.html; the filters have one scale, or one per output channel. */
const convolution = (domain: string): Rule => ({
  op: 'QLinearConv',
  domain,
  since: domain === '' ? 10 : 1,
  check: channelsFirst,
  vjp: (context) => {
    const [x, w] = [realOf(context, 0, 1, 2), realOf(context, 3, 4, 5, 0)];
    const [dx] = convGradients(realContext(context, 7, [x, w]));
    return [to(context, 0, dx), SCALES, SCALES, WEIGHTS, SCALES, SCALES, SCALES, SCALES, WEIGHTS];
  },
});

/** Two quantised operands at 0 and 3; the scale of the output at 6. */
function binary(
  op: string,
  gradients: (context: Context, a: Value, b: Value) => readonly (InputGradient | undefined)[],
  more: Partial<Rule>,
): Rule {
  return {
    op,
    ...more,
    vjp: (context) => {
      const [a, b] = [realOf(context, 0, 1, 2), realOf(context, 3, 4, 5)];
      const [da, db] = gradients(realContext(context, 7, [a, b]), a, b);
      return [to(context, 0, da), SCALES, SCALES, to(context, 3, db), SCALES, SCALES, SCALES, SCALES];
    },
  };
}

/** One quantised operand; the scale of the output at 3. */
function unary(op: string, gradient: (context: Context, x: Value) => Value, more: Partial<Rule> = {}): Rule {
  return {
    op,
    domain: microsoft,
    ...more,
    vjp: (context) => {
      const x = realOf(context, 0, 1, 2);
      const inner = realContext(context, 4, [x]);
      return [to(context, 0, () => gradient(inner, x)), SCALES, SCALES, SCALES, SCALES];
    },
  };
}

const concatenation: Rule = {
  op: 'QLinearConcat',
  domain: microsoft,
  vjp: (context) => {
    const { e, node, raw, y } = context;
    const g = unsaturated(context, 1);
    const axis = e.axis(y, node.int('axis', 0));
    let start = 0;
    return node.inputs.map((_, position) => {
      if (position < 2 || position % 3 !== 2) return SCALES;
      const from = start;
      start += e.size(raw[position] as Value, axis);
      return to(context, position, () => e.slice(g, [axis], [from], [from + e.size(raw[position] as Value, axis)]));
    });
  },
};

/** alpha a b with its own scales; the output is float where it has no scale. */
const gemm: Rule = {
  op: 'QGemm',
  domain: microsoft,
  vjp: (context) => {
    const [a, b] = [realOf(context, 0, 1, 2), realOf(context, 3, 4, 5, context.node.int('transB', 0) === 1 ? 0 : 1)];
    const g = context.has(7) ? unsaturated(context, 8) : context.g;
    const [da, db] = gemmGradients({ ...context, g, x: [a, b] as unknown as Values });
    return [to(context, 0, da), SCALES, SCALES, to(context, 3, db), SCALES, SCALES, WEIGHTS, SCALES, SCALES];
  },
};

/** Operators on integers that stand for real numbers: the real operator's gradient, straight through the rounding, zero where the output saturates. */
export const quantisedOperators: readonly Rule[] = [
  convolution(''),
  convolution(microsoft),
  binary('QLinearMatMul', (context) => matmulGradients(context), { since: 10 }),
  binary('QLinearAdd', ({ g }) => [() => g, () => g], { domain: microsoft, broadcasts: true }),
  binary('QLinearMul', ({ e, g }, a, b) => [() => e.mul(g, b), () => e.mul(g, a)], {
    domain: microsoft,
    broadcasts: true,
  }),
  unary('QLinearSigmoid', ({ e, g }, x) => {
    const s = e.sigmoid(x);
    return e.mul(g, e.mul(s, e.from(1, s)));
  }),
  // its own attribute says which form of Softmax it is
  unary('QLinearSoftmax', (context, x) => softmaxGradient({ ...context, opset: context.node.int('opset', 13) }, x)),
  unary('QLinearLeakyRelu', ({ e, node, g }, x) => {
    const steep = e.indicator(e.above(x, 0));
    const slope = node.float('alpha', 0.01);
    return e.mul(g, e.plus(e.times(steep, 1 - slope), slope));
  }),
  unary('QLinearAveragePool', averagePoolGradient, { check: channelsFirst }),
  unary(
    'QLinearGlobalAveragePool',
    ({ e, g }, x) =>
      e.spread(
        g,
        x,
        Array.from({ length: e.rank(x) - 2 }, (_, axis) => axis + 2),
        true,
      ),
    { check: channelsFirst },
  ),
  concatenation,
  gemm,
];
