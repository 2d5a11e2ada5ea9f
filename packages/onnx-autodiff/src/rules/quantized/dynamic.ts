import type { Value } from '../../emit/tape.ts';
import { convGradients } from '../conv.ts';
import { matmulGradients } from '../matmul.ts';
import type { Context, InputGradient, Rule, Values } from '../rule.ts';
import { realOf, SCALES, WEIGHTS } from './units.ts';

/** q - zero as float32, the zero point perhaps one per row or column. */
function centred({ e, raw, has }: Context, q: number, zero: number, axis: number): Value {
  const integers = raw[q] as Value;
  if (!has(zero)) return e.withDims(e.float(integers), integers.dims);
  const offset = e.float(raw[zero] as Value);
  const one = raw[zero]?.dims?.length === 0 || raw[zero]?.dims?.[0] === 1;
  return e.withDims(
    e.sub(e.float(integers), one ? offset : e.alongAxis(offset, axis, e.rank(integers))),
    integers.dims,
  );
}

/** A gradient per unit of the integers, in the real units they stand for. */
function perScale(context: Context, input: number, gradient: InputGradient | undefined): () => Value {
  const { e, quantisation } = context;
  return () => {
    const origin = quantisation(input);
    if (!origin) return e.refuse('its operand comes from no quantiser that is known, so that its scale is unknown');
    return e.div((gradient as () => Value)(), origin.scale);
  };
}

/** Integer products give int32 sums without a scale: their gradient is per unit of the sum. https://onnx.ai/onnx/operators/onnx__MatMulInteger.html */
const integerMatMul: Rule = {
  op: 'MatMulInteger',
  since: 10,
  vjp: (context) => {
    const rank = context.e.rank(context.raw[1]);
    const x = [centred(context, 0, 2, context.e.rank(context.raw[0]) - 2), centred(context, 1, 3, rank - 1)];
    const [da, db] = matmulGradients({ ...context, x: x as unknown as Values });
    return [perScale(context, 0, da), perScale(context, 1, db), SCALES, SCALES];
  },
};

/** https://onnx.ai/onnx/operators/onnx__ConvInteger.html */
const integerConv: Rule = {
  op: 'ConvInteger',
  since: 10,
  vjp: (context) => {
    const x = [centred(context, 0, 2, 0), centred(context, 1, 3, 0)];
    const [dx] = convGradients({ ...context, x: x as unknown as Values });
    return [perScale(context, 0, dx), WEIGHTS, SCALES, SCALES];
  },
};

/** What ONNX Runtime fuses dynamic quantisation to: float in, float out. */
const fusedMatMul: Rule = {
  op: 'DynamicQuantizeMatMul',
  domain: 'com.microsoft',
  vjp: (context) => {
    const b = realOf(context, 1, 2, 3, context.e.rank(context.raw[1]) - 1);
    const [da] = matmulGradients({ ...context, x: [context.x[0], b] as unknown as Values });
    return [da as InputGradient, WEIGHTS, SCALES, SCALES, WEIGHTS];
  },
};

const toFloat: Rule = {
  op: 'MatMulIntegerToFloat',
  domain: 'com.microsoft',
  vjp: (context) => {
    const [a, b] = [realOf(context, 0, 2, 4), realOf(context, 1, 3, 5, context.e.rank(context.raw[1]) - 1)];
    const [da] = matmulGradients({ ...context, x: [a, b] as unknown as Values });
    return [da as InputGradient, WEIGHTS, SCALES, SCALES, SCALES, SCALES, WEIGHTS];
  },
};

/** Products of integers whose scales are found at run time; straight through the rounding. */
export const dynamicQuantisation: readonly Rule[] = [integerMatMul, integerConv, fusedMatMul, toFloat];
