import { broadcast } from '../arrays.ts';
import type { Case } from '../case.ts';

const pairs: readonly (readonly [about: string, a: readonly number[], b: readonly number[]])[] = [
  ['equal sizes', [2, 3], [2, 3]],
  ['broadcast', [2, 1, 3], [4, 1]],
];

export const elementwise: readonly Case[] = [
  ...pairs.flatMap(([about, a, b]): Case[] => [
    { op: 'Add', about, inputs: [a, b], reference: broadcast((x, y) => x + y) },
    { op: 'Sub', about, inputs: [a, b], reference: broadcast((x, y) => x - y) },
    { op: 'Mul', about, inputs: [a, b], reference: broadcast((x, y) => x * y) },
    { op: 'Div', about, inputs: [a, { dims: b, range: [0.5, 2] }], reference: broadcast((x, y) => x / y) },
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
];
