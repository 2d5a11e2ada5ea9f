import type { Attributes } from '../emit/node-proto.ts';
import type { Value } from '../emit/tape.ts';
import { INT64 } from '../graph/types.ts';
import type { Context, InputGradient, Rule } from './rule.ts';

/** How a scattering operator writes and reads with its indices. */
interface Access {
  readonly read: (from: Value) => Value;
  readonly write: (into: Value, updates: Value, reduction: string) => Value;
}

function alongAxis({ e, node, raw: [, indices] }: Context): Access {
  const axis = node.int('axis', 0);
  return {
    read: (from) => e.node('GatherElements', [from, indices], { axis }),
    write: (into, updates, reduction) =>
      e.node('ScatterElements', [into, indices, updates], { axis, ...(reduction === 'none' ? {} : { reduction }) }),
  };
}

function byTuple({ e, raw: [, indices] }: Context): Access {
  return {
    read: (from) => e.node('GatherND', [from, indices]),
    write: (into, updates, reduction) =>
      e.node('ScatterND', [into, indices, updates], reduction === 'none' ? {} : ({ reduction } as Attributes)),
  };
}

/** Every factor's gradient is the product of the others: exact where one of them, or several, are zero. */
function multiplied({ e, g, x: [data, , updates] }: Context, { read, write }: Access): InputGradient[] {
  const isZero = (a: Value): Value => e.not(e.or(e.above(a, 0), e.below(a, 0)));
  const [zeroData, zeroUpdate] = [isZero(data), isZero(updates)];
  const rest = (): Value =>
    write(e.select(zeroData, e.ones(data), data), e.select(zeroUpdate, e.ones(updates), updates), 'mul');
  const zeros = (): Value => write(e.indicator(zeroData), e.indicator(zeroUpdate), 'add');
  return [
    () => e.mul(g, write(e.ones(data), updates, 'mul')),
    null,
    () => {
      const others = e.select(
        zeroUpdate,
        read(rest()),
        e.div(read(rest()), e.select(zeroUpdate, e.ones(updates), updates)),
      );
      const noneElse = e.sub(read(zeros()), e.indicator(zeroUpdate));
      return e.gate(e.below(noneElse, 0.5), e.mul(read(g), others));
    },
  ];
}

/** Those that reach the extreme share the gradient. */
function extreme({ e, g, x: [data, , updates], y }: Context, { read, write }: Access): InputGradient[] {
  const reaches = (a: Value, limit: Value): Value => e.indicator(e.equal(a, limit));
  const count = (): Value => write(reaches(data, y), reaches(updates, read(y)), 'add');
  return [
    () => e.mul(reaches(data, y), e.div(g, count())),
    null,
    () => e.mul(reaches(updates, read(y)), read(e.div(g, count()))),
  ];
}

function scattering(op: string, since: number, access: (context: Context) => Access): Rule {
  return {
    op,
    since,
    vjp: (context) => {
      const { e, node, g, x } = context;
      const { read, write } = access(context);
      switch (node.string('reduction', 'none')) {
        case 'add':
          return [() => g, null, () => read(g)];
        case 'mul':
          return multiplied(context, { read, write });
        case 'max':
        case 'min':
          return extreme(context, { read, write });
        default:
          return [() => write(g, e.zerosOf(x[2]), 'none'), null, () => read(g)];
      }
    },
  };
}

/** Scatter, the form of opsets 9 and 10, when there was no GatherElements to read with. */
const scatter9: Rule = {
  op: 'Scatter',
  since: 9,
  until: 10,
  vjp: ({ e, node, g, x: [, , updates], raw: [, indices] }) => {
    const axis = e.axis(updates, node.int('axis', 0));
    return [
      () => e.node('Scatter', [g, indices, e.zerosOf(updates)], { axis }),
      null,
      () => e.readAlong(indices, g, updates, axis),
    ];
  },
};

/** Where one cell was written several times, the last value stayed. https://onnx.ai/onnx/operators/onnx__MaxUnpool.html */
function unpooled({ e, g, x: [x], raw: [, indices] }: Context): Value {
  const at = e.reshape(indices, [-1]);
  const order = e.reshape(e.positions(x), [-1]);
  const nobody = e.cast(e.zeros(e.reshape(e.node('Size', [g]), [1])), INT64);
  const last = e.scatter(nobody, at, order, 0, true);
  const stayed = e.node('Equal', [e.node('Gather', [last, at], { axis: 0 }), order]);
  return e.reshapeLike(e.gate(stayed, e.node('Gather', [e.reshape(g, [-1]), at], { axis: 0 })), x);
}

/** Writing by index: https://onnx.ai/onnx/operators/onnx__ScatterElements.html, onnx__ScatterND.html. Without a reduction no index may occur twice. */
export const scattered: readonly Rule[] = [
  scatter9,
  scattering('ScatterElements', 11, alongAxis),
  scattering('ScatterND', 11, byTuple),
  { op: 'MaxUnpool', since: 9, vjp: (context) => [() => unpooled(context), null, null] },
];
