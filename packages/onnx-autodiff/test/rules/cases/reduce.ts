import { array64, indices, offset } from '../arrays.ts';
import type { Array64, Case, Operand } from '../case.ts';
import { fed, ints } from './operands.ts';

/** A reduction of [3, 4, 2] over axes, in plain loops. */
const reduced =
  (combine: (values: readonly number[]) => number, axes: readonly number[], keepdims: boolean) =>
  ([input]: readonly Array64[]): Array64 => {
    const x = input as Array64;
    const kept = x.dims.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
    const groups = new Map<number, number[]>();
    for (const at of indices(x.dims)) {
      const to = offset(
        at.map((i, axis) => (axes.includes(axis) ? 0 : i)),
        kept,
      );
      groups.set(to, [...(groups.get(to) ?? []), x.data[offset(at, x.dims)] as number]);
    }
    const dims = keepdims ? kept : x.dims.filter((_, axis) => !axes.includes(axis));
    return array64(
      dims,
      Float64Array.from({ length: groups.size }, (_, i) => combine(groups.get(i) ?? [])),
    );
  };

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const operators: Readonly<Record<string, (values: readonly number[]) => number>> = {
  ReduceSum: sum,
  ReduceMean: (values) => sum(values) / values.length,
  ReduceMax: (values) => Math.max(...values),
  ReduceMin: (values) => Math.min(...values),
  ReduceProd: (values) => values.reduce((a, b) => a * b, 1),
  ReduceL1: (values) => sum(values.map(Math.abs)),
  ReduceLogSum: (values) => Math.log(sum(values)),
  ReduceL2: (values) => Math.sqrt(sum(values.map((value) => value ** 2))),
  ReduceSumSquare: (values) => sum(values.map((value) => value ** 2)),
  ReduceLogSumExp: (values) => Math.log(sum(values.map(Math.exp))),
};

const reductions = Object.entries(operators).flatMap(([op, combine]) => {
  const asInput = op === 'ReduceSum' ? 13 : 18;
  const x: Operand =
    op === 'ReduceLogSum' ? { dims: [3, 4, 2], range: [0.5, 2] } : { dims: [3, 4, 2], distinct: true, kinks: [0] };
  const noop = { noop_with_empty_axes: 1 };
  return [
    {
      op,
      about: 'axes as attribute',
      until: asInput - 1,
      inputs: [x],
      attributes: { axes: [0, 2] },
      reference: reduced(combine, [0, 2], true),
    },
    {
      op,
      about: 'axes as attribute, dropped',
      until: asInput - 1,
      inputs: [x],
      attributes: { axes: [1], keepdims: 0 },
      reference: reduced(combine, [1], false),
    },
    { op, about: 'axes as input', since: asInput, inputs: [x, ints(-1, 0)], reference: reduced(combine, [0, 2], true) },
    {
      op,
      about: 'axes as input, dropped',
      since: asInput,
      inputs: [x, ints(1)],
      attributes: { keepdims: 0 },
      reference: reduced(combine, [1], false),
    },
    {
      op,
      about: 'axes fed',
      since: asInput,
      inputs: [x, fed(ints(2, 0))],
      attributes: { keepdims: 0 },
      reference: reduced(combine, [0, 2], false),
    },
    { op, about: 'all axes', inputs: [x], attributes: { keepdims: 0 }, reference: reduced(combine, [0, 1, 2], false) },
    {
      op,
      about: 'all axes, sizes known at run time',
      freeDims: true,
      inputs: [x],
      reference: reduced(combine, [0, 1, 2], true),
    },
    { op, about: 'no axes', since: asInput, inputs: [x], attributes: noop, reference: reduced(combine, [], true) },
    {
      op,
      about: 'no axes, fed',
      since: asInput,
      inputs: [x, fed(ints())],
      attributes: noop,
      reference: reduced(combine, [], true),
    },
  ] satisfies Case[];
});

export const reduce: readonly Case[] = [
  ...reductions,
  {
    op: 'ReduceProd',
    about: 'no zero, one, and two among the factors',
    inputs: [{ dims: [3, 3], values: [1, 2, 3, 0, 2, 5, 0, 4, 0] }],
    attributes: (opset) => (opset < 18 ? { axes: [1] } : {}),
    until: 17,
    reference: reduced((values) => values.reduce((a, b) => a * b, 1), [1], true),
  },
];
