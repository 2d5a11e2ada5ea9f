import type { Case } from '../case.ts';

const equations: readonly (readonly [equation: string, ...operands: (readonly number[])[]])[] = [
  ['bhid,bhjd->bhij', [2, 3, 4, 5], [2, 3, 6, 5]],
  ['ij,jk', [2, 3], [3, 4]],
  ['ij->', [2, 3]],
  ['ij->i', [2, 3]],
  ['ba', [2, 3]],
  ['i,j->ij', [2], [3]],
  ['ij,kl,jm->im', [2, 3], [4, 2], [3, 5]],
  ['...ij,...jk->...ik', [2, 1, 3, 4], [1, 5, 4, 2]],
  ['...ij,jk', [2, 2, 3, 4], [4, 2]],
  ['ii->i', [3, 3]],
  ['ii', [3, 3]],
  ['bij,bij->b', [2, 3, 4], [2, 3, 4]],
  ['bii->bi', [2, 3, 3]],
];

/** Linear in each operand alone. */
export const einsum: readonly Case[] = [
  ...equations.map(
    ([equation, ...inputs]): Case => ({
      op: 'Einsum',
      about: equation,
      inputs,
      attributes: { equation },
      reference: 'linear',
    }),
  ),
  {
    op: 'Einsum',
    about: 'free sizes',
    since: 13,
    freeDims: true,
    inputs: [
      [2, 3, 4],
      [2, 4, 5],
    ],
    attributes: { equation: 'bij,bjk->ik' },
    reference: 'linear',
  },
];
