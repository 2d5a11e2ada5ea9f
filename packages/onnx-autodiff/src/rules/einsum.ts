import type { Value } from '../emit/tape.ts';
import type { Context, InputGradient, Rule } from './rule.ts';

/** An Einsum with one letter for every axis: "..." and the implicit output written out. */
interface Equation {
  readonly operands: readonly string[];
  readonly output: string;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function equationOf({ e, node, x }: Context): Equation {
  const text = node.string('equation', '').replaceAll(' ', '');
  const [left = '', right] = text.split('->');
  const terms = left.split(',');
  const free = Array.from(LETTERS).filter((letter) => !text.includes(letter));
  const widths = terms.map((term, index) =>
    term.includes('...') ? e.rank(x[index] as Value) - (term.length - '...'.length) : 0,
  );
  const batch = free.slice(0, Math.max(...widths)).join('');
  const spelled = (term: string, width: number): string =>
    term.replace('...', width === 0 ? '' : batch.slice(batch.length - width));
  const operands = terms.map((term, index) => spelled(term, widths[index] as number));
  if (right !== undefined) return { operands, output: spelled(right, batch.length) };
  // implicit: letters that occur once, in the order of the alphabet
  const all = operands.join('');
  const once = [...new Set(all)].filter((letter) => all.split(letter).length === 2 && !batch.includes(letter));
  return { operands, output: batch + once.toSorted().join('') };
}

/** The sizes of the letters: the widest of all that a letter stands for. */
function sizesOf({ x }: Context, { operands }: Equation): ReadonlyMap<string, number | string | null> {
  const sizes = new Map<string, number | string | null>();
  operands.forEach((term, index) => {
    Array.from(term).forEach((letter, axis) => {
      const dim = x[index]?.dims?.[axis] ?? null;
      if (!sizes.has(letter) || sizes.get(letter) === 1) sizes.set(letter, dim);
    });
  });
  return sizes;
}

/** The gradient of one operand: the output's, contracted with the others, repeated where only this operand had the letter. */
function ofOperand(context: Context, position: number): Value {
  const { e, g, x } = context;
  const equation = equationOf(context);
  const term = Array.from(equation.operands[position] as string);
  const operand = x[position] as Value;
  const others = equation.operands.flatMap((letters, index) =>
    index === position ? [] : [{ letters, value: x[index] as Value }],
  );
  const reached = new Set([equation.output, ...others.map(({ letters }) => letters)].join(''));
  const unique = [...new Set(term)];
  const target = unique.filter((letter) => reached.has(letter));
  const text = `${[equation.output, ...others.map(({ letters }) => letters)].join()}->${target.join('')}`;
  const product = e.node('Einsum', [g, ...others.map(({ value }) => value)], { equation: text });
  const missing = term.flatMap((letter, axis) =>
    target.includes(letter) && term.indexOf(letter) === axis ? [] : [axis],
  );
  let gradient = e.unsqueeze(product, missing);
  // a letter that the operand has twice reads its diagonal
  term.forEach((letter, axis) => {
    const first = term.indexOf(letter);
    if (first === axis) return;
    const size = e.size(operand, axis);
    const dims = term.map((_, other) => (other === first || other === axis ? size : 1));
    gradient = e.mul(gradient, e.reshape(e.identity(operand, axis), dims));
  });
  const sizes = sizesOf(context, equation);
  const alone = term.some((letter) => !reached.has(letter));
  const full = term.map((letter) => (reached.has(letter) ? (sizes.get(letter) ?? null) : 1));
  const summed = e.unbroadcast(gradient, { name: '', dims: full }, operand);
  return alone ? e.expandLike(summed, operand) : summed;
}

/** https://onnx.ai/onnx/operators/onnx__Einsum.html */
export const einsum: readonly Rule[] = [
  {
    op: 'Einsum',
    since: 12,
    vjp: (context) =>
      context.node.inputs.map(
        (_, position): InputGradient =>
          () =>
            ofOperand(context, position),
      ),
  },
];
