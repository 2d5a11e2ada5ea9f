import type { Case } from '../case.ts';

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
];
