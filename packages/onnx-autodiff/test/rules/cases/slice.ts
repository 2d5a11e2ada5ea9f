import type { Case } from '../case.ts';
import { fed, ints } from './operands.ts';

export const slice: readonly Case[] = [
  {
    op: 'Slice',
    about: 'attributes',
    until: 9,
    inputs: [[4, 6, 2]],
    attributes: { axes: [1, 0], starts: [1, -3], ends: [5, 100] },
    reference: 'linear',
  },
  {
    op: 'Slice',
    about: 'attributes, free sizes',
    since: 9,
    until: 9,
    freeDims: true,
    inputs: [[4, 6, 2]],
    attributes: { axes: [1, 0], starts: [1, -3], ends: [-1, 100] },
    reference: 'linear',
  },
  {
    op: 'Slice',
    about: 'inputs',
    since: 10,
    inputs: [[4, 6, 2], ints(1, -3), ints(5, 1000), ints(1, 0)],
    reference: 'linear',
  },
  { op: 'Slice', about: 'without axes', since: 10, inputs: [[4, 6, 2], ints(1), ints(-1)], reference: 'linear' },
  {
    op: 'Slice',
    about: 'steps',
    since: 10,
    inputs: [[5, 7, 6, 3], ints(1, -1, 5), ints(1000, -100, 0), ints(0, 1, 2), ints(2, -3, -2)],
    reference: 'linear',
  },
  {
    op: 'Slice',
    about: 'steps, sizes known at run time',
    since: 10,
    freeDims: true,
    inputs: [[5, 7, 6, 3], ints(1, -1, 5), ints(1000, -100, 0), ints(0, 1, 2), ints(2, -3, -2)],
    reference: 'linear',
  },
  {
    op: 'Slice',
    about: 'fed',
    since: 10,
    inputs: [[5, 7], fed(ints(1, -2)), fed(ints(4, 0)), ints(0, 1), fed(ints(1, -2))],
    reference: 'linear',
  },
  {
    op: 'Slice',
    about: 'everything',
    since: 10,
    inputs: [[5, 7], ints(0), ints(5), ints(0), ints(1)],
    reference: 'linear',
  },
];
