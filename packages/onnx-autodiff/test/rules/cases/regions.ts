import type { Case } from '../case.ts';
import { fed, floats, ints } from './operands.ts';

export const regions: readonly Case[] = [
  ...[0, 1].flatMap((align_corners): Case[] => [
    {
      op: 'AffineGrid',
      about: `aligned ${align_corners}`,
      inputs: [[2, 2, 3], ints(2, 3, 4, 5)],
      attributes: { align_corners },
      reference: 'linear',
    },
    {
      op: 'AffineGrid',
      about: `a volume, aligned ${align_corners}`,
      inputs: [[2, 3, 4], fed(ints(2, 1, 2, 3, 4))],
      attributes: { align_corners },
      reference: 'linear',
    },
  ]),
  ...['half_pixel', 'output_half_pixel'].map(
    (coordinate_transformation_mode): Case => ({
      op: 'RoiAlign',
      about: coordinate_transformation_mode,
      since: 16,
      until: 21, // the runtime has no kernel for the form of opset 22
      inputs: [
        [2, 3, 5, 6],
        { ...floats(0.5, 1, 7.3, 8.2, 2, 2, 4.5, 9.1, 1.2, 0.3, 9, 6), dims: [3, 4] },
        ints(1, 0, 1),
      ],
      attributes: {
        coordinate_transformation_mode,
        output_height: 2,
        output_width: 3,
        sampling_ratio: 2,
        spatial_scale: { float: 0.5 },
      },
      reference: 'linear',
    }),
  ),
  {
    op: 'RoiAlign',
    about: 'opset 10',
    until: 15,
    inputs: [[2, 3, 5, 6], { ...floats(0.5, 1, 4.3, 3.2), dims: [1, 4] }, fed(ints(1))],
    attributes: { output_height: 2, output_width: 2 },
    reference: 'linear',
  },
];
