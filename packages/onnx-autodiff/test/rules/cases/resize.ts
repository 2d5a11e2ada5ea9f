import type { Attributes } from '../../../src/emit/node-proto.ts';
import type { Case, Operand } from '../case.ts';
import { absent, fed, floats, ints } from './operands.ts';

const x = [2, 3, 4, 5];
const growing = floats(1, 1, 1.5, 2.2);
const shrinking = floats(1, 1, 0.6, 0.75);

/** A row since opset 13, where the middle inputs may be absent. */
function row(about: string, attributes: Attributes, sizing: Operand, more: Partial<Case> = {}): Case {
  const inputs = sizing.type === 'int64' ? [x, absent, absent, sizing] : [x, absent, sizing];
  return { op: 'Resize', about, since: 13, inputs, attributes, reference: 'linear', ...more };
}

const transforms = ['half_pixel', 'pytorch_half_pixel', 'align_corners', 'asymmetric'];
const nearest = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'];

const modes: readonly Case[] = transforms.flatMap((coordinate_transformation_mode): Case[] => [
  ...['linear', 'cubic'].flatMap((mode): Case[] => [
    row(`${mode}, ${coordinate_transformation_mode}`, { mode, coordinate_transformation_mode }, growing),
    row(
      `${mode}, ${coordinate_transformation_mode}, smaller`,
      { mode, coordinate_transformation_mode },
      ints(2, 3, 2, 3),
    ),
  ]),
  ...nearest.map((nearest_mode) =>
    row(
      `nearest, ${coordinate_transformation_mode}, ${nearest_mode}`,
      { nearest_mode, coordinate_transformation_mode },
      growing,
    ),
  ),
]);

/** Every row is linear in what is resized. */
export const resize: readonly Case[] = [
  {
    op: 'Upsample',
    about: 'scales as attribute',
    until: 8,
    inputs: [[2, 3, 2, 4]],
    attributes: { scales: { floats: [1, 1, 2, 3] } },
    reference: 'linear',
  },
  ...['nearest', 'linear'].flatMap((mode): Case[] => [
    {
      op: 'Upsample',
      about: `${mode}, scales as attribute`,
      until: 8,
      inputs: [[2, 3, 2, 4]],
      attributes: { mode, scales: { floats: [1, 1, 2.5, 1.5] } },
      reference: 'linear',
    },
    {
      op: 'Upsample',
      about: `${mode}, scales as input`,
      since: 9,
      inputs: [x, growing],
      attributes: { mode },
      reference: 'linear',
    },
    {
      op: 'Resize',
      about: `${mode}, two inputs`,
      until: 10,
      inputs: [x, shrinking],
      attributes: { mode },
      reference: 'linear',
    },
  ]),
  { op: 'Upsample', about: 'whole factors', since: 9, inputs: [[2, 3, 2, 4], floats(1, 1, 2, 3)], reference: 'linear' },
  {
    op: 'Resize',
    about: 'whole factors, two inputs',
    until: 10,
    inputs: [[2, 3, 2, 4], floats(1, 1, 2, 3)],
    reference: 'linear',
  },
  row('whole factors', {}, floats(1, 1, 4, 3)),
  row(
    'whole factors, asymmetric, floor',
    { coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
    floats(1, 1, 2, 2),
  ),
  row('whole factors by sizes', {}, ints(2, 3, 8, 15)),
  row('whole factors, height and width known at run time', {}, floats(1, 1, 2, 2), { freeDims: true }),
  ...modes,
  row(
    'linear, half_pixel_symmetric',
    { mode: 'linear', coordinate_transformation_mode: 'half_pixel_symmetric' },
    growing,
    { since: 19 },
  ),
  row('cubic, exclude_outside', { mode: 'cubic', exclude_outside: 1, cubic_coeff_a: { float: -0.5 } }, shrinking),
  ...['linear', 'cubic'].map((mode) => row(`${mode}, antialias`, { mode, antialias: 1 }, shrinking, { since: 18 })),
  {
    op: 'Resize',
    about: 'linear, scales, opset 11 form',
    since: 11,
    inputs: [x, floats(), growing],
    attributes: { mode: 'linear' },
    reference: 'linear',
  },
  {
    op: 'Resize',
    about: 'linear, sizes, opset 11 form',
    since: 11,
    inputs: [x, floats(), floats(), ints(2, 3, 6, 3)],
    attributes: { mode: 'linear' },
    reference: 'linear',
  },
  row('linear, free sizes', { mode: 'linear' }, growing, { freeDims: true, inputs: [[1, 1, 4, 5], absent, growing] }),
  row('linear, sizes fed', { mode: 'linear' }, fed(ints(2, 3, 6, 3)), { freeDims: true }),
  row('linear, scales fed', { mode: 'linear' }, fed(growing)),
  {
    op: 'Resize',
    about: 'a volume',
    since: 13,
    inputs: [[1, 2, 3, 3, 2], absent, floats(1, 1, 1.5, 2, 2.5)],
    attributes: { mode: 'linear' },
    reference: 'linear',
  },
  {
    op: 'Resize',
    about: 'some axes',
    since: 18,
    inputs: [x, absent, absent, ints(7, 3)],
    attributes: { mode: 'linear', axes: [3, 2] },
    reference: 'linear',
  },
  {
    op: 'Resize',
    about: 'whole factors, axes in another order',
    since: 18,
    inputs: [[2, 3, 2, 4], absent, floats(1, 1, 3, 2)],
    attributes: { axes: [3, 2, 1, 0] },
    reference: 'linear',
  },
  ...['not_larger', 'not_smaller'].map(
    (keep_aspect_ratio_policy): Case => ({
      op: 'Resize',
      about: keep_aspect_ratio_policy,
      since: 18,
      inputs: [[1, 2, 4, 6], absent, absent, ints(6, 12)],
      attributes: { mode: 'linear', axes: [2, 3], keep_aspect_ratio_policy },
      reference: 'linear',
    }),
  ),
  ...['linear', 'nearest'].map(
    (mode): Case => ({
      op: 'Resize',
      about: `${mode}, tf_crop_and_resize`,
      since: 13,
      inputs: [x, floats(0, 0, 0.2, -0.3, 1, 1, 0.9, 1.2), absent, ints(2, 3, 4, 7)],
      attributes: { mode, coordinate_transformation_mode: 'tf_crop_and_resize', extrapolation_value: { float: 2 } },
      reference: 'linear',
    }),
  ),
];
