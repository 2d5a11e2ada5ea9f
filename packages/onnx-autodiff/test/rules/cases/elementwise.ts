import { array64, broadcast, map } from '../arrays.ts';
import type { Case } from '../case.ts';

const pairs: readonly (readonly [about: string, a: readonly number[], b: readonly number[], since?: number])[] = [
  ['equal sizes', [2, 3], [2, 3]],
  ['broadcast', [2, 1, 3], [4, 1]],
  ['a scalar', [2, 3], []],
];
const sum = (...x: number[]): number => x.reduce((a, b) => a + b, 0);

export const elementwise: readonly Case[] = [
  ...pairs.flatMap(([about, a, b]): Case[] => [
    { op: 'Add', about, inputs: [a, b], reference: broadcast((x, y) => x + y) },
    { op: 'Sub', about, inputs: [a, b], reference: broadcast((x, y) => x - y) },
    { op: 'Mul', about, inputs: [a, b], reference: broadcast((x, y) => x * y) },
    { op: 'Div', about, inputs: [a, { dims: b, range: [0.5, 2] }], reference: broadcast((x, y) => x / y) },
    {
      op: 'Pow',
      about,
      inputs: [
        { dims: a, range: [0.5, 2] },
        { dims: b, range: [-2, 2] },
      ],
      reference: broadcast((x, y) => x ** y),
    },
  ]),
  {
    op: 'Mul',
    about: 'sizes known at run time',
    since: 13,
    freeDims: true,
    inputs: [
      [2, 1, 3],
      [4, 1],
    ],
    reference: broadcast((x, y) => x * y),
  },
  {
    op: 'Pow',
    about: 'a square',
    inputs: [[2, 5], { dims: [], values: [2], constant: true }],
    reference: map((x) => x * x),
  },
  {
    op: 'Pow',
    about: 'a whole exponent',
    since: 12,
    inputs: [[2, 5], { dims: [], values: [3], type: 'int64', constant: true }],
    reference: map((x) => x ** 3),
  },
  ...[8, 7].flatMap((since): Case[] => {
    const b = since === 8 ? [4, 1] : [2, 4, 3];
    const about = since === 8 ? 'broadcast' : 'equal sizes';
    const inputs = [{ dims: [2, 4, 3], distinct: true }, { dims: b, range: [-1, 1] as const }, [2, 4, 3]];
    return [
      { op: 'Sum', about, since, inputs, reference: broadcast(sum) },
      { op: 'Mean', about, since, inputs, reference: broadcast((...x) => sum(...x) / x.length) },
      { op: 'Max', about, since, inputs, reference: broadcast(Math.max) },
      { op: 'Min', about, since, inputs, reference: broadcast(Math.min) },
    ];
  }),
  {
    op: 'Where',
    inputs: [{ dims: [2, 1], type: 'bool', values: [1, 0], fixed: true }, [2, 3], [3]],
    reference: broadcast((c, x, y) => (c ? x : y)),
  },
  { op: 'Neg', inputs: [[5]], reference: map((x) => -x) },
  { op: 'Abs', inputs: [{ dims: [2, 5], kinks: [0] }], reference: map(Math.abs) },
  { op: 'Sqrt', inputs: [{ dims: [2, 5], range: [0.5, 2] }], reference: map(Math.sqrt) },
  { op: 'Reciprocal', inputs: [{ dims: [2, 5], range: [0.5, 2] }], reference: map((x) => 1 / x) },
  { op: 'Exp', inputs: [[2, 5]], reference: map(Math.exp) },
  { op: 'Log', inputs: [{ dims: [2, 5], range: [0.5, 2] }], reference: map(Math.log) },
  ...[
    [5, -3],
    [-5, 3],
  ].map(
    ([a = 0, b = 0]): Case => ({
      op: 'Mod',
      about: `of floats, ${a} by ${b}`,
      // both stay within a quotient
      inputs: [
        { dims: [2, 3], range: [a - 0.2, a + 0.2] },
        { dims: [3], range: [b - 0.2, b + 0.2] },
      ],
      attributes: { fmod: 1 },
      reference: broadcast((x, y) => x % y),
    }),
  ),
  {
    op: 'Pow',
    about: 'half, as a constant',
    inputs: [
      { dims: [2, 5], range: [0.5, 2] },
      { dims: [], values: [0.5], constant: true },
    ],
    reference: map(Math.sqrt),
  },
  {
    op: 'Pow',
    about: 'of zero and of negatives',
    since: 9,
    inputs: [
      { dims: [4], values: [0, 0, -2, -3] },
      { dims: [4], values: [2, 3, 2, 3], fixed: true },
    ],
    reference: broadcast((x, y) => x ** y),
  },
  {
    op: 'Range',
    inputs: [
      { dims: [], values: [1] },
      { dims: [], values: [4.2], fixed: true },
      { dims: [], values: [0.5] },
    ],
    reference: ([start, , delta]) =>
      array64(
        [7],
        Float64Array.from({ length: 7 }, (_, i) => (start?.data[0] ?? 0) + i * (delta?.data[0] ?? 0)),
      ),
  },
];
