import type { Attributes } from '../../../src/emit/node-proto.ts';
import type { Case } from '../case.ts';

const row = (
  op: string,
  about: string,
  x: readonly number[],
  w: readonly number[],
  attributes: Attributes,
  more: Partial<Case> = {},
): Case => ({
  op,
  about,
  inputs: [x, w],
  attributes,
  reference: 'linear',
  ...more,
});

export const conv: readonly Case[] = [
  row('Conv', 'plain', [2, 3, 7, 6], [4, 3, 3, 3], {}),
  {
    op: 'Conv',
    about: 'with a bias',
    inputs: [[2, 3, 5, 5], { dims: [4, 3, 3, 3], constant: true }, [4]],
    reference: 'linear',
  },
  row('Conv', 'stride 2, a row and a column that no window reaches', [2, 3, 8, 10], [4, 3, 3, 3], { strides: [2, 3] }),
  row('Conv', 'asymmetric pads, stride 2', [1, 2, 9, 8], [3, 2, 3, 3], { strides: [2, 2], pads: [0, 1, 2, 0] }),
  row('Conv', 'dilated', [1, 2, 9, 9], [3, 2, 3, 3], { dilations: [2, 3], pads: [2, 1, 2, 1] }),
  row('Conv', 'dilated and strided', [1, 2, 12, 11], [3, 2, 3, 2], {
    dilations: [2, 3],
    strides: [3, 2],
    pads: [1, 1, 0, 1],
  }),
  row('Conv', 'groups', [2, 4, 6, 6], [6, 2, 3, 3], { group: 2, pads: [1, 1, 1, 1] }),
  row('Conv', 'groups, a column that no window reaches', [2, 4, 8, 7], [6, 2, 3, 2], {
    group: 2,
    strides: [2, 3],
    dilations: [1, 2],
  }),
  row('Conv', 'depthwise, stride 2', [2, 4, 7, 7], [4, 1, 3, 3], { group: 4, strides: [2, 2], pads: [1, 1, 1, 1] }),
  row('Conv', 'depthwise, dilated, uneven pads', [2, 4, 7, 6], [4, 1, 3, 2], {
    group: 4,
    dilations: [2, 1],
    pads: [1, 0, 2, 1],
  }),
  row('Conv', 'depthwise, two outputs of each channel', [2, 3, 6, 5], [6, 1, 3, 3], {
    group: 3,
    strides: [2, 1],
    pads: [1, 1, 0, 1],
  }),
  {
    op: 'Conv',
    about: 'depthwise, four outputs of each channel, sizes known at run time',
    inputs: [[2, 2, 6, 5], { dims: [8, 1, 3, 2], constant: true }],
    attributes: { group: 2, strides: [2, 2] },
    reference: 'linear',
    since: 11,
    freeDims: true,
  },
  row('Conv', 'padded in front only', [1, 2, 6, 6], [3, 2, 3, 3], { pads: [2, 1, 0, 0] }),
  row('Conv', 'padded behind only', [1, 2, 6, 7], [3, 2, 3, 3], { strides: [1, 2], pads: [0, 0, 2, 2] }),
  row('Conv', 'pointwise, stride 2', [2, 4, 7, 7], [5, 4, 1, 1], { strides: [2, 2] }),
  row('Conv', '1-D', [2, 3, 11], [4, 3, 4], { strides: [2], pads: [1, 2] }),
  row('Conv', '3-D', [1, 2, 5, 6, 4], [3, 2, 3, 2, 2], { strides: [2, 1, 2], pads: [1, 0, 1, 1, 1, 0] }),
  row('Conv', 'SAME_UPPER', [1, 2, 8, 7], [3, 2, 3, 4], { auto_pad: 'SAME_UPPER', strides: [2, 3] }),
  row('Conv', 'SAME_LOWER', [1, 2, 8, 7], [3, 2, 4, 3], { auto_pad: 'SAME_LOWER', strides: [3, 2] }),
  row('Conv', 'VALID', [1, 2, 8, 7], [3, 2, 3, 3], { auto_pad: 'VALID', strides: [2, 2] }),
  row(
    'Conv',
    'sizes known at run time',
    [2, 3, 8, 9],
    [4, 3, 3, 3],
    { strides: [2, 2], pads: [1, 1, 0, 1], kernel_shape: [3, 3] },
    { since: 11, freeDims: true },
  ),
  row('ConvTranspose', 'plain', [2, 3, 5, 4], [3, 4, 3, 3], {}),
  {
    op: 'ConvTranspose',
    about: 'with a bias',
    inputs: [[2, 3, 4, 4], { dims: [3, 4, 3, 3], constant: true }, [4]],
    reference: 'linear',
  },
  row('ConvTranspose', 'six channels of four', [1, 4, 3, 3], [4, 6, 2, 3], { strides: [2, 1], pads: [0, 1, 1, 0] }),
  row('ConvTranspose', 'strided and padded', [2, 3, 5, 4], [3, 4, 3, 3], { strides: [2, 3], pads: [1, 0, 1, 2] }),
  row('ConvTranspose', 'output_padding', [1, 3, 5, 4], [3, 2, 3, 3], {
    strides: [2, 3],
    pads: [1, 1, 1, 1],
    output_padding: [1, 2],
  }),
  row('ConvTranspose', 'output_padding without pads', [1, 3, 5, 4], [3, 2, 2, 2], {
    strides: [3, 3],
    output_padding: [2, 1],
  }),
  row('ConvTranspose', 'groups and dilations', [1, 4, 5, 4], [4, 3, 3, 2], {
    group: 2,
    dilations: [2, 2],
    strides: [2, 1],
  }),
  row('ConvTranspose', 'output_shape', [1, 2, 4, 4], [2, 3, 3, 3], { strides: [2, 2], output_shape: [8, 9] }),
  row('ConvTranspose', 'SAME_UPPER', [1, 2, 4, 5], [2, 3, 3, 4], { strides: [2, 3], auto_pad: 'SAME_UPPER' }),
  row('ConvTranspose', '1-D', [2, 3, 6], [3, 2, 4], { strides: [2], pads: [1, 1] }),
];
