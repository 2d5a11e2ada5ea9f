import type { Emitter } from '../emit/emitter.ts';
import type { Value } from '../emit/tape.ts';
import type { Dims } from '../graph/types.ts';
import type { Context, InputGradient, Rule } from './rule.ts';

/** alpha * op(a) op(b) for matrices. */
function gemm(e: Emitter, a: Value, b: Value, transA: boolean, transB: boolean, alpha: number): Value {
  if (e.opset >= 11) {
    const flags = {
      ...(transA ? { transA: 1 } : {}),
      ...(transB ? { transB: 1 } : {}),
      ...(alpha === 1 ? {} : { alpha: { float: alpha } }),
    };
    return e.node('Gemm', [a, b], flags);
  }
  const turned = (m: Value, turn: boolean): Value => (turn ? e.transpose(m, [1, 0]) : m);
  return e.times(e.matmul(turned(a, transA), turned(b, transB)), alpha);
}

/** The sizes of a product: batch axes of `batch`, the last two of `matrix`. */
function productDims(batch: Dims | undefined, matrix: Dims | undefined): Dims | undefined {
  return batch && matrix ? [...batch.slice(0, -2), ...matrix.slice(-2)] : undefined;
}

/** MatMul as numpy has it: operands with one axis are a row or a column, batch axes broadcast. */
function matmulOperands({ e, g, x: [a, b], y }: Context): {
  a: Value;
  b: Value;
  g: Value;
  row: boolean;
  column: boolean;
} {
  const row = e.rank(a) === 1;
  const column = e.rank(b) === 1;
  const wide = (value: Value, dims: Dims | undefined, axes: readonly number[]): Value =>
    e.withDims(e.unsqueeze(value, axes), dims);
  const rank = e.rank(y) + (row ? 1 : 0) + (column ? 1 : 0);
  const axes = [...(row ? [rank - 2] : []), ...(column ? [rank - 1] : [])];
  const dims =
    y.dims &&
    (row && column
      ? [1, 1]
      : row
        ? [...y.dims.slice(0, -1), 1, y.dims.at(-1) ?? null]
        : column
          ? [...y.dims, 1]
          : y.dims);
  return {
    a: row ? wide(a, a.dims && [1, ...a.dims], [0]) : a,
    b: column ? wide(b, b.dims && [...b.dims, 1], [1]) : b,
    g: axes.length > 0 ? wide(g, dims, axes) : e.withDims(g, y.dims),
    row,
    column,
  };
}

/** d det / dX is the matrix of cofactors: https://onnx.ai/onnx/operators/onnx__Det.html */
function cofactors({ e, g, x: [x] }: Context): Value {
  const rank = e.rank(x);
  const size = e.size(x, rank - 1);
  const each = e.unsqueeze(g, [rank - 2, rank - 1]);
  if (size === 1) return each;
  if (size > 3) return e.refuse(`the gradient of determinants is written out for 3 rows at most, it has ${size}`);
  const rolled = (a: Value, axis: number): Value =>
    e.concat([e.slice(a, [axis], [1], [size]), e.slice(a, [axis], [0], [1])], axis);
  const down = rolled(x, rank - 2);
  const diagonal = rolled(down, rank - 1);
  if (size === 2) return e.mul(each, e.mul(diagonal, e.floats([1, -1, -1, 1], [2, 2])));
  // of three rows, cyclic neighbours carry the sign
  const twice = (a: Value, axis: number): Value => rolled(rolled(a, axis), axis);
  const minor = e.sub(
    e.mul(diagonal, twice(twice(x, rank - 2), rank - 1)),
    e.mul(twice(down, rank - 1), rolled(twice(x, rank - 2), rank - 1)),
  );
  return e.mul(each, minor);
}

/** What Gemm gives, and operators that do more behind it. */
export function gemmGradients({ e, node, g, x: [a, b, c], y }: Context): readonly InputGradient[] {
  const transA = node.int('transA', 0) === 1;
  const transB = node.int('transB', 0) === 1;
  const alpha = node.float('alpha', 1);
  return [
    () => (transA ? gemm(e, b, g, transB, true, alpha) : gemm(e, g, b, false, !transB, alpha)),
    () => (transB ? gemm(e, g, a, true, transA, alpha) : gemm(e, a, g, !transA, false, alpha)),
    () => e.unbroadcast(e.times(g, node.float('beta', 1)), y, c),
  ];
}

/** What MatMul gives, and operators that compute the same in other types. */
export function matmulGradients(context: Context): readonly InputGradient[] {
  const { e } = context;
  const operands = (): ReturnType<typeof matmulOperands> => matmulOperands(context);
  return [
    () => {
      const { a, b, g, row } = operands();
      const gradient = e.unbroadcast(e.matmul(g, e.swap(b)), { name: '', dims: productDims(g.dims, a.dims) }, a);
      return row ? e.squeeze(gradient, [0]) : gradient;
    },
    () => {
      const { a, b, g, column } = operands();
      const gradient = e.unbroadcast(e.matmul(e.swap(a), g), { name: '', dims: productDims(g.dims, b.dims) }, b);
      return column ? e.squeeze(gradient, [1]) : gradient;
    },
  ];
}

/** Matrices: https://onnx.ai/onnx/operators/onnx__Gemm.html, onnx__MatMul.html, onnx__Trilu.html */
export const matmul: readonly Rule[] = [
  { op: 'Gemm', vjp: gemmGradients },
  { op: 'MatMul', vjp: matmulGradients },
  {
    op: 'Trilu',
    since: 14,
    vjp: ({ e, node, g, raw: [, k] }) => [() => e.node('Trilu', [g, k], { upper: node.int('upper', 1) }), null],
  },
  { op: 'Det', since: 11, note: 'of three rows at most', vjp: (context) => [() => cofactors(context)] },
];
