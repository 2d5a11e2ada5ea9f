import type { Array64, Case } from '../case.ts';
import { fed, ints, tensor } from './operands.ts';

const twice = tensor([2, 3], 1, 1, -1, 0, 1, 3);

export const gathering: readonly Case[] = [
  {
    op: 'Gather',
    about: 'one index',
    inputs: [[2, 5, 3], tensor([], 1)],
    attributes: { axis: 1 },
    reference: 'linear',
  },
  {
    op: 'Gather',
    about: 'one index from the end',
    inputs: [[2, 5, 3], ints(-1)],
    attributes: { axis: 1 },
    reference: 'linear',
  },
  ...[0, 1, -1].flatMap((axis): Case[] => [
    {
      op: 'Gather',
      about: `repeated, axis ${axis}`,
      inputs: [[4, 5, 6], twice],
      attributes: { axis },
      reference: 'linear',
    },
    {
      op: 'Gather',
      about: `free sizes, axis ${axis}`,
      since: 9,
      freeDims: true,
      inputs: [[4, 5, 6], fed(ints(1, 1, -2, 0))],
      attributes: { axis },
      reference: 'linear',
    },
  ]),
  {
    op: 'Gather',
    about: 'one index that is fed, int32',
    inputs: [[4, 5, 6], fed({ ...tensor([], 2), type: 'int32' })],
    attributes: { axis: 1 },
    reference: 'linear',
  },
  ...[0, 1].map(
    (axis): Case => ({
      op: 'GatherElements',
      about: `axis ${axis}`,
      inputs: [[2, 3], tensor([2, 3], 1, 1, -1, 0, 1, 0)],
      attributes: { axis },
      reference: 'linear',
    }),
  ),
  {
    op: 'GatherElements',
    about: 'a part of the other axis',
    since: 16,
    inputs: [[4, 3], tensor([2, 4], 1, 1, -1, 0, 0, 1, 0, 2)],
    attributes: { axis: 1 },
    reference: 'linear',
  },
  { op: 'GatherND', inputs: [[3, 4, 2], tensor([3, 2], 0, 1, 2, -1, 0, 1)], reference: 'linear' },
  {
    op: 'GatherND',
    about: 'within a batch',
    since: 12,
    inputs: [[2, 4, 2], tensor([2, 3, 1], 0, 3, 0, 1, 1, 2)],
    attributes: { batch_dims: 1 },
    reference: 'linear',
  },
  {
    op: 'GatherND',
    about: 'free sizes',
    since: 16,
    freeDims: true,
    inputs: [[3, 4, 2], fed(tensor([2, 1], 2, 2))],
    reference: 'linear',
  },
  {
    op: 'Compress',
    about: 'along an axis',
    inputs: [[2, 4], { dims: [3], type: 'bool', values: [1, 0, 1], fixed: true }],
    attributes: { axis: 1 },
    reference: 'linear',
  },
  {
    op: 'Compress',
    about: 'flat',
    freeDims: true,
    inputs: [[2, 4], { dims: [5], type: 'bool', values: [1, 0, 1, 0, 1], fixed: true }],
    reference: 'linear',
  },
  ...[-1, 0].flatMap((axis): Case[] => {
    const x = { dims: [4, 5], distinct: true };
    // the two greatest of each row or column
    const greatest = ([input]: readonly Array64[]): Array64 => {
      const { data } = input as Array64;
      const lines = Array.from({ length: axis === 0 ? 5 : 4 }, (_, line) =>
        Array.from(data)
          .filter((_value, i) => (axis === 0 ? i % 5 : Math.floor(i / 5)) === line)
          .toSorted((a, b) => b - a)
          .slice(0, 2),
      );
      const values = axis === 0 ? [0, 1].flatMap((rank) => lines.map((line) => line[rank] as number)) : lines.flat();
      return { dims: axis === 0 ? [2, 5] : [4, 2], data: Float64Array.from(values) };
    };
    return [
      {
        op: 'TopK',
        about: `k as attribute, axis ${axis}`,
        until: 9,
        inputs: [x],
        attributes: { axis, k: 2 },
        outputs: 2,
        reference: greatest,
      },
      {
        op: 'TopK',
        about: `axis ${axis}`,
        since: 10,
        inputs: [x, ints(2)],
        attributes: { axis },
        outputs: 2,
        reference: greatest,
      },
    ];
  }),
  {
    op: 'ReverseSequence',
    inputs: [[4, 3, 2], ints(2, 4, 1)],
    attributes: { batch_axis: 1, time_axis: 0 },
    reference: 'linear',
  },
  {
    op: 'OneHot',
    about: 'its two values',
    inputs: [tensor([2, 3], 0, 2, 3, 1, 1, 7), ints(5), [2]],
    attributes: { axis: 1 },
    reference: 'linear',
  },
];
