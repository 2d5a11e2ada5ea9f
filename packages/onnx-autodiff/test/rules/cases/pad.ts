import type { Case } from '../case.ts';
import { absent, fed, ints } from './operands.ts';

const pads = ints(0, 1, 2, 0, 0, 1);
const value = { dims: [], values: [0.5] };

export const pad: readonly Case[] = [
  {
    op: 'Pad',
    about: 'attribute',
    until: 10,
    inputs: [[2, 3, 4]],
    attributes: { pads: pads.values ?? [] },
    reference: 'linear',
  },
  { op: 'Pad', about: 'constant input', since: 11, inputs: [[2, 3, 4], pads], reference: 'linear' },
  { op: 'Pad', about: 'negative pads', since: 11, inputs: [[2, 3, 4], ints(0, -1, 2, 0, 0, -1)], reference: 'linear' },
  { op: 'Pad', about: 'a value', since: 11, inputs: [[2, 3, 4], ints(0, -1, 2, 0, 0, 1), value], reference: 'linear' },
  { op: 'Pad', about: 'pads fed at run time', since: 11, inputs: [[2, 3, 4], fed(pads)], reference: 'linear' },
  {
    op: 'Pad',
    about: 'some axes',
    since: 18,
    inputs: [[2, 3, 4], ints(1, 2, 0, 1), absent, ints(2, 1)],
    reference: 'linear',
  },
  {
    op: 'Pad',
    about: 'some axes, pads fed at run time',
    since: 18,
    inputs: [[2, 3, 4], fed(ints(1, 2, 0, 1)), absent, ints(2, 1)],
    reference: 'linear',
  },
  ...['reflect', 'edge', 'wrap'].flatMap((mode): Case[] => {
    const since = mode === 'wrap' ? 19 : 11;
    const around = ints(0, 1, 2, 0, 2, 1);
    const inputs = [[2, 3, 4], around];
    return [
      ...(mode === 'wrap'
        ? []
        : [
            {
              op: 'Pad',
              about: `${mode}, attribute`,
              until: 10,
              inputs: [[2, 3, 4]],
              attributes: { mode, pads: around.values ?? [] },
              reference: 'linear' as const,
            },
          ]),
      { op: 'Pad', about: mode, since, inputs, attributes: { mode }, reference: 'linear' },
      {
        op: 'Pad',
        about: `${mode}, sizes known at run time`,
        since,
        freeDims: true,
        inputs,
        attributes: { mode },
        reference: 'linear',
      },
      {
        op: 'Pad',
        about: `${mode}, fed`,
        since,
        inputs: [[2, 3, 4], fed(around)],
        attributes: { mode },
        reference: 'linear',
      },
    ];
  }),
];
