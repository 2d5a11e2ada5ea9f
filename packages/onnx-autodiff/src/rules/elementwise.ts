import type { Value } from '../emit/tape.ts';
import type { Context, InputGradient, Rule } from './rule.ts';

/** Variadic Max or Min: operands that reach the extreme share the gradient, as torch.maximum does. */
function extreme({ e, g, node, x, y }: Context, reaches: (a: Value, limit: Value) => Value): InputGradient[] {
  const marks = node.inputs.map((_, position) => e.indicator(reaches(x[position] as Value, y)));
  const count = marks.slice(1).reduce((sum, mark) => e.add(sum, mark), marks[0] as Value);
  return marks.map((mark) => () => e.div(e.mul(g, mark), count));
}

/** An exponent may be an integer tensor. */
const real = ({ e, raw: [, b] }: Context): Value => e.float(b);

/** b * x^(b - 1); zero where b is, also at x = 0. */
function powerOfBase(context: Context): Value {
  const { e, g, x, constant } = context;
  const [exponent, ...others] = constant(1) ?? [];
  if (exponent !== undefined && others.length === 0) {
    if (exponent === 0) return e.times(g, 0);
    const power = exponent === 2 ? x[0] : e.pow(x[0], e.scalar(exponent - 1));
    return e.mul(g, e.times(power, exponent));
  }
  const b = real(context);
  return e.gate(e.nonzero(b), e.mul(g, e.mul(b, e.pow(x[0], e.plus(b, -1)))));
}

/** Arithmetic on equal or broadcast operands; the sweep sums over broadcast axes. https://onnx.ai/onnx/operators/ */
export const elementwise: readonly Rule[] = [
  { op: 'Add', broadcasts: true, vjp: ({ g }) => [() => g, () => g] },
  { op: 'Sub', broadcasts: true, vjp: ({ e, g }) => [() => g, () => e.neg(g)] },
  { op: 'Mul', broadcasts: true, vjp: ({ e, g, x: [a, b] }) => [() => e.mul(g, b), () => e.mul(g, a)] },
  {
    op: 'Div',
    broadcasts: true,
    vjp: ({ e, g, x: [, b], y }) => [() => e.div(g, b), () => e.neg(e.div(e.mul(g, y), b))],
  },
  { op: 'Sum', broadcasts: true, vjp: ({ g, node }) => node.inputs.map(() => () => g) },
  {
    op: 'Mean',
    broadcasts: true,
    vjp: ({ e, g, node }) => node.inputs.map((_, __, all) => () => e.times(g, 1 / all.length)),
  },
  { op: 'Max', broadcasts: true, vjp: (context) => extreme(context, (a, limit) => context.e.atLeast(a, limit)) },
  {
    op: 'Min',
    broadcasts: true,
    vjp: (context) => extreme(context, (a, limit) => context.e.not(context.e.greater(a, limit))),
  },
  {
    op: 'Pow',
    broadcasts: true,
    vjp: (context) => {
      const { e, g, x, y } = context;
      return [() => powerOfBase(context), () => e.gate(e.nonzero(x[0]), e.mul(g, e.mul(y, e.log(x[0]))))];
    },
  },
  {
    op: 'Mod',
    since: 10,
    broadcasts: true,
    // of floats it is C's fmod: a - b * (a whole number)
    vjp: ({ e, g, x: [a, b], y }) => [() => g, () => e.neg(e.mul(g, e.div(e.sub(a, y), b)))],
  },
  {
    op: 'Where',
    since: 9,
    broadcasts: true,
    vjp: ({ e, g, raw: [condition] }) => [null, () => e.gate(condition, g), () => e.gate(e.not(condition), g)],
  },
  { op: 'Neg', vjp: ({ e, g }) => [() => e.neg(g)] },
  { op: 'Abs', vjp: ({ e, g, x: [x] }) => [() => e.mul(g, e.sign(x))] },
  { op: 'Sqrt', vjp: ({ e, g, y }) => [() => e.div(e.times(g, 0.5), y)] },
  { op: 'Reciprocal', vjp: ({ e, g, y }) => [() => e.neg(e.mul(g, e.square(y)))] },
  { op: 'Exp', vjp: ({ e, g, y }) => [() => e.mul(g, y)] },
  { op: 'Log', vjp: ({ e, g, x: [x] }) => [() => e.div(g, x)] },
  {
    op: 'Erf',
    since: 9,
    vjp: ({ e, g, x: [x] }) => [() => e.mul(g, e.times(e.exp(e.neg(e.square(x))), 2 / Math.sqrt(Math.PI)))],
  },
];
