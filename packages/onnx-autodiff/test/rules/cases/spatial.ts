import type { Case, Operand } from '../case.ts';

const scales = (...values: readonly number[]): Operand => ({ dims: [values.length], values, constant: true });
const absent: Operand = { dims: [0], absent: true };

/** Every operator here is linear; nearest-neighbour resizing by whole factors. */
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
    op: 'Upsample',
    about: 'scales as attribute',
    until: 8,
    inputs: [[2, 3, 2, 4]],
    attributes: { scales: { floats: [1, 1, 2, 3] } },
    reference: 'linear',
  },
  {
    op: 'Upsample',
    about: 'scales as input',
    since: 9,
    inputs: [[2, 3, 2, 4], scales(1, 1, 2, 3)],
    reference: 'linear',
  },
  { op: 'Resize', about: 'two inputs', until: 10, inputs: [[2, 3, 2, 4], scales(1, 1, 2, 3)], reference: 'linear' },
  {
    op: 'Resize',
    about: 'half pixels',
    since: 13,
    inputs: [[2, 3, 2, 4], absent, scales(1, 1, 4, 3)],
    reference: 'linear',
  },
  {
    op: 'Resize',
    about: 'asymmetric, floor',
    since: 11,
    inputs: [[1, 3, 2, 4], scales(), scales(1, 1, 2, 2)],
    attributes: { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
    reference: 'linear',
  },
  {
    op: 'Resize',
    about: 'by sizes',
    since: 13,
    inputs: [[1, 3, 2, 4], absent, absent, { dims: [4], type: 'int64', values: [1, 3, 4, 8], constant: true }],
    reference: 'linear',
  },
  {
    op: 'Resize',
    about: 'height and width known at run time',
    since: 13,
    freeDims: true,
    inputs: [[1, 3, 2, 4], absent, scales(1, 1, 2, 2)],
    reference: 'linear',
  },
];
