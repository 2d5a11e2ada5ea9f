import { type EinsumAttrs, matMul, reshape, sum, type Tensor, tile, transpose, util } from '@tensorflow/tfjs-core';
import { type Given, type Rule, rule } from './rule.ts';

type Labels = readonly string[];

/** A tensor with a letter for each of its axes. */
interface Labelled {
  readonly tensor: Tensor;
  readonly labels: Labels;
}

const sizes = (labels: Labels, ...from: readonly Labelled[]): number[] =>
  labels.map((label) => {
    const { tensor, labels: axes } = from.find((operand) => operand.labels.includes(label)) as Labelled;
    return tensor.shape[axes.indexOf(label)] ?? 1;
  });

const ordered = ({ tensor, labels }: Labelled, to: Labels): Tensor =>
  to.length < 2
    ? tensor
    : transpose(
        tensor,
        to.map((label) => labels.indexOf(label)),
      );

const inAll = (labels: Labels, ...others: readonly Labels[]): Labels =>
  labels.filter((label) => others.every((other) => other.includes(label)));
const inNone = (labels: Labels, ...others: readonly Labels[]): Labels =>
  labels.filter((label) => others.every((other) => !other.includes(label)));

/** Sums over the labels that occur nowhere else. */
function reduced({ tensor, labels }: Labelled, ...others: readonly Labels[]): Labelled {
  const gone = inNone(labels, ...others);
  if (gone.length === 0) return { tensor, labels };
  return {
    tensor: sum(
      tensor,
      gone.map((label) => labels.indexOf(label)),
    ),
    labels: inNone(labels, gone),
  };
}

/** einsum(`a,b->to`) as one batched matrix product; tfjs's own forgets an operand none of whose labels is summed. */
function contract(left: Labelled, right: Labelled, to: Labels): Labelled {
  const a = reduced(left, right.labels, to);
  const b = reduced(right, left.labels, to);
  const batch = inAll(a.labels, b.labels, to);
  const contracted = inNone(inAll(a.labels, b.labels), to);
  const [rows, columns] = [inNone(a.labels, b.labels), inNone(b.labels, a.labels)];
  const count = (labels: Labels): number => util.sizeFromShape(sizes(labels, a, b));
  const product = matMul(
    reshape(ordered(a, [...batch, ...rows, ...contracted]), [count(batch), count(rows), count(contracted)]),
    reshape(ordered(b, [...batch, ...contracted, ...columns]), [count(batch), count(contracted), count(columns)]),
  );
  const labels = [...batch, ...rows, ...columns];
  return { tensor: ordered({ tensor: reshape(product, sizes(labels, a, b)), labels }, to), labels: to };
}

/** The cotangent of operand `at`: output and operand change places; what was summed in the operand alone is repeated. */
function operandGradient(dy: Tensor, equation: string, operands: readonly Tensor[], at: number): Tensor {
  const [terms = '', output = ''] = equation.replaceAll(' ', '').split('->');
  const labelled = terms.split(',').map((term, i) => ({ labels: term.split(''), tensor: operands[i] as Tensor }));
  const operand = labelled[at] as Labelled;
  const other = labelled[1 - at];
  const cotangent = { tensor: dy, labels: output.split('') };
  const lost = inNone(operand.labels, cotangent.labels, other?.labels ?? []);
  const reached = inNone(operand.labels, lost);
  const pulled = other ? contract(cotangent, other, reached).tensor : ordered(cotangent, reached);
  const repeats = operand.labels.map((label, axis) => (lost.includes(label) ? (operand.tensor.shape[axis] ?? 1) : 1));
  const kept = operand.tensor.shape.map((size, axis) => size / (repeats[axis] ?? 1));
  return tile(reshape(pulled, kept), repeats);
}

/** tfjs has no gradient for it; its forward takes one or two operands without repeated labels. */
export const einsum: Rule = rule({
  kernel: 'Einsum',
  saves: 'all',
  gradient: ({ dy, saved, attrs: { equation } }: Given<'0' | '1', EinsumAttrs>) => {
    const operands = Object.values(saved);
    return Object.fromEntries(operands.map((_, at) => [at, () => operandGradient(dy, equation, operands, at)]));
  },
});
