import type { Attributes } from '../emit/node-proto.ts';
import type { Value } from '../emit/tape.ts';
import type { Context, Rule } from './rule.ts';

const CONDITIONS = ['exclusive', 'reverse'] as const;

/** How the node walks, and how what came back walks. */
function walks({ node }: Context): readonly [there: Attributes, back: Attributes] {
  const [exclusive, reverse] = CONDITIONS.map((name) => node.int(name, 0)) as [number, number];
  return [
    { exclusive, reverse },
    { exclusive, reverse: 1 - reverse },
  ];
}

/** Each factor's gradient is the product of the others: exact at the first zero of a line, behind which all of them are zero. */
function ofProduct(context: Context): Value {
  const { e, g, x, y, raw } = context;
  const [there, back] = walks(context);
  const sum = (a: Value, attributes: Attributes): Value => e.node('CumSum', [a, raw[1]], attributes);
  const zero = e.not(e.nonzero(x[0]));
  const before = sum(e.indicator(zero), { ...there, exclusive: 1 });
  const first = e.and(zero, e.below(before, 0.5));
  const filled = e.select(first, e.ones(x[0]), x[0]);
  const safe = e.select(zero, e.ones(x[0]), x[0]);
  const withoutFirst = e.node('CumProd', [filled, raw[1]], there);
  const atFirst = e.gate(first, sum(e.mul(g, withoutFirst), back));
  return e.add(atFirst, e.gate(e.not(zero), e.div(sum(e.mul(g, y), back), safe)));
}

/** Running sums and products: https://onnx.ai/onnx/operators/onnx__CumSum.html, onnx__CumProd.html */
export const cumulative: readonly Rule[] = [
  {
    op: 'CumSum',
    since: 11,
    vjp: (context) => [() => context.e.node('CumSum', [context.g, context.raw[1]], walks(context)[1]), null],
  },
  { op: 'CumProd', since: 26, vjp: (context) => [() => ofProduct(context), null] },
];
