import type { Value } from '../../emit/tape.ts';
import { convGradients } from '../conv.ts';
import { gemmGradients } from '../matmul.ts';
import type { Context, Rule } from '../rule.ts';
import { behindActivation } from './fused-activation.ts';

/** FusedConv keeps its parameters in one list. */
function listedParameters({ node }: Context): (index: number, fallback: number) => number {
  const listed = node.floats('activation_params') ?? [];
  return (index, fallback) => listed[index] ?? fallback;
}

/** FusedGemm keeps them in attributes of their own. */
function namedParameters({ node }: Context): (index: number, fallback: number) => number {
  const names = ['activation_alpha', 'activation_gamma'];
  return (index, fallback) => node.float(names[index] ?? '', fallback);
}

/** The context of the operator in front of the activation. */
function inFront(context: Context, parameter: (index: number, fallback: number) => number): Context {
  const { e, g, y, node } = context;
  const before = behindActivation(e, g, y, node.string('activation', ''), parameter);
  return { ...context, g: e.withDims(before, y.dims) };
}

/** Batch axes before the last but one: [M, B..., K] as [B..., M, K], which is what transBatch means. */
function batchTurned(rank: number): number[] {
  return [...Array.from({ length: rank - 2 }, (_, axis) => axis + 1), 0, rank - 1];
}

/** alpha * a' b', where ' stands for the wanted transpositions: the operands are turned first, their gradients turned back. */
function fusedMatMul({ e, node, g, x: [a, b], y }: Context): readonly [() => Value, () => Value] {
  const turn = (value: Value, side: 'A' | 'B', back: boolean): Value => {
    const rank = e.rank(value);
    const batch = node.int(`transBatch${side}`, 0) === 1 ? batchTurned(rank) : undefined;
    const matrix = node.int(`trans${side}`, 0) === 1 && rank > 1;
    const swapped = (v: Value): Value => (matrix ? e.withDims(e.swap(v), swappedDims(v.dims)) : v);
    const turned = (v: Value, perm: readonly number[]): Value =>
      e.withDims(e.transpose(v, perm), v.dims && perm.map((axis) => v.dims?.[axis] ?? null));
    if (!batch) return swapped(value);
    const inverse = batch.map((_, axis) => batch.indexOf(axis));
    return back ? turned(swapped(value), inverse) : swapped(turned(value, batch));
  };
  const scaled = e.withDims(e.times(g, node.float('alpha', 1)), y.dims);
  const left = turn(a, 'A', false);
  const right = turn(b, 'B', false);
  const reduced = (product: Value, operand: Value): Value => {
    const rank = e.rank(y);
    const dims = [...(y.dims ?? []).slice(0, rank - 2), ...(operand.dims ?? []).slice(-2)];
    return e.withDims(e.unbroadcast(product, { name: '', dims }, operand), operand.dims);
  };
  return [
    () => turn(reduced(e.matmul(scaled, e.swap(right)), left), 'A', true),
    () => turn(reduced(e.matmul(e.swap(left), scaled), right), 'B', true),
  ];
}

function swappedDims<T>(dims: readonly T[] | undefined): readonly T[] | undefined {
  return dims && [...dims.slice(0, -2), dims.at(-1) as T, dims.at(-2) as T];
}

/** Products and convolutions with what ONNX Runtime fuses to them: https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md */
export const fused: readonly Rule[] = [
  {
    op: 'FusedConv',
    domain: 'com.microsoft',
    vjp: (context) => {
      const before = inFront(context, listedParameters(context));
      return [...convGradients(before), () => before.g];
    },
  },
  {
    op: 'FusedGemm',
    domain: 'com.microsoft',
    vjp: (context) => gemmGradients(inFront(context, namedParameters(context))),
  },
  {
    op: 'FusedMatMul',
    domain: 'com.microsoft',
    vjp: (context) => {
      const { e, x } = context;
      if (e.rank(x[0]) < 2 || e.rank(x[1]) < 2) e.refuse('operands with one axis have no gradient rule yet');
      return fusedMatMul(context);
    },
  },
];
