import type { Case } from '../case.ts';
import { ints } from './operands.ts';

export const spatial: readonly Case[] = [
  { op: 'DepthToSpace', inputs: [[2, 8, 2, 3]], attributes: { blocksize: 2 }, reference: 'linear' },
  {
    op: 'DepthToSpace',
    about: 'CRD',
    since: 11,
    inputs: [[2, 12, 2, 3]],
    attributes: { blocksize: 2, mode: 'CRD' },
    reference: 'linear',
  },
  { op: 'SpaceToDepth', inputs: [[2, 3, 4, 6]], attributes: { blocksize: 2 }, reference: 'linear' },
  {
    op: 'Col2Im',
    inputs: [[2, 12, 16], ints(5, 6), ints(2, 3)],
    attributes: { strides: [1, 2], pads: [0, 1, 1, 2], dilations: [2, 1] },
    reference: 'linear',
  },
  { op: 'Col2Im', about: '1-D', inputs: [[2, 6, 4], ints(5), ints(2)], reference: 'linear' },
  { op: 'CenterCropPad', inputs: [[4, 7, 5], ints(7, 4, 5)], reference: 'linear' },
  {
    op: 'CenterCropPad',
    about: 'some axes',
    freeDims: true,
    inputs: [[4, 7, 6], ints(3, 8)],
    attributes: { axes: [-1, 1] },
    reference: 'linear',
  },
];
