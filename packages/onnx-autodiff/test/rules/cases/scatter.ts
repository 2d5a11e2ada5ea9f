import { indices, offset } from '../arrays.ts';
import type { Array64, Case, Operand, Reference } from '../case.ts';
import { tensor } from './operands.ts';

const combine: Readonly<Record<string, (old: number, update: number) => number>> = {
  mul: (old, update) => old * update,
  max: Math.max,
  min: Math.min,
};

/** ScatterElements along axis 1, in plain loops. */
const along =
  (reduction: string): Reference =>
  ([data, index, updates]) => {
    const [d, i, u] = [data, index, updates] as [Array64, Array64, Array64];
    const y = { dims: d.dims, data: d.data.slice() };
    for (const at of indices(i.dims)) {
      const flat = offset(at, i.dims);
      const cell = offset(at.with(1, i.data[flat] as number), d.dims);
      y.data[cell] = (combine[reduction] as (a: number, b: number) => number)(
        y.data[cell] as number,
        u.data[flat] as number,
      );
    }
    return y;
  };

/** ScatterND of whole rows. */
const rows =
  (reduction: string): Reference =>
  ([data, index, updates]) => {
    const [d, i, u] = [data, index, updates] as [Array64, Array64, Array64];
    const y = { dims: d.dims, data: d.data.slice() };
    const width = d.dims[1] as number;
    i.data.forEach((row, n) => {
      for (let c = 0; c < width; c++) {
        const cell = row * width + c;
        y.data[cell] = (combine[reduction] as (a: number, b: number) => number)(
          y.data[cell] as number,
          u.data[n * width + c] as number,
        );
      }
    });
    return y;
  };

const distinct = (dims: readonly number[]): Operand => ({ dims, distinct: true });
const twice = tensor([2, 3], 1, 1, 4, 0, 1, 0);
const once = tensor([2, 3], 1, -1, 2, 0, 1, 3);

export const scattered: readonly Case[] = [
  { op: 'Scatter', inputs: [[3, 5], once, [2, 3]], attributes: { axis: 1 }, reference: 'linear' },
  { op: 'Scatter', about: 'axis 0', inputs: [[5, 3], tensor([2, 3], 1, 0, 2, 0, 1, 3), [2, 3]], reference: 'linear' },
  { op: 'ScatterElements', inputs: [[2, 5], once, [2, 3]], attributes: { axis: 1 }, reference: 'linear' },
  {
    op: 'ScatterElements',
    about: 'adding',
    since: 16,
    inputs: [[2, 5], twice, [2, 3]],
    attributes: { axis: 1, reduction: 'add' },
    reference: 'linear',
  },
  {
    op: 'ScatterElements',
    about: 'multiplying, a zero among the factors',
    since: 16,
    inputs: [
      { dims: [2, 5], values: [1, 2, 0, 3, -1, 0, 0, 2, 1, 4] },
      twice,
      { dims: [2, 3], values: [0, 2, 3, 0, 5, 0] },
    ],
    attributes: { axis: 1, reduction: 'mul' },
    reference: along('mul'),
  },
  ...['max', 'min'].flatMap((reduction): Case[] => [
    {
      op: 'ScatterElements',
      about: reduction,
      since: 18,
      inputs: [distinct([2, 5]), twice, { dims: [2, 3], values: [0.31, -0.62, 0.17, -3.1, 0.44, 3.3] }],
      attributes: { axis: 1, reduction },
      reference: along(reduction),
    },
    {
      op: 'ScatterND',
      about: reduction,
      since: 18,
      inputs: [distinct([4, 3]), tensor([2, 1], 1, 1), { dims: [2, 3], values: [0.31, -0.62, 0.17, -3.1, 0.44, 3.3] }],
      attributes: { reduction },
      reference: rows(reduction),
    },
  ]),
  { op: 'ScatterND', inputs: [[4, 3], tensor([2, 1], 1, -1), [2, 3]], reference: 'linear' },
  {
    op: 'ScatterND',
    about: 'free sizes',
    freeDims: true,
    inputs: [[4, 3], tensor([2, 2], 1, 2, 0, 0), [2]],
    reference: 'linear',
  },
  {
    op: 'ScatterND',
    about: 'adding',
    since: 16,
    inputs: [[4, 3], tensor([2, 1], 1, 1), [2, 3]],
    attributes: { reduction: 'add' },
    reference: 'linear',
  },
  {
    op: 'ScatterND',
    about: 'multiplying',
    since: 16,
    inputs: [[4, 3], tensor([2, 1], 1, 1), { dims: [2, 3], values: [0, 2, 3, 4, 5, 0] }],
    attributes: { reduction: 'mul' },
    reference: rows('mul'),
  },
  {
    op: 'MaxUnpool',
    inputs: [[1, 2, 2, 2], tensor([1, 2, 2, 2], 0, 3, 9, 14, 16, 19, 26, 31)],
    attributes: { kernel_shape: [2, 2], strides: [2, 2] },
    reference: 'linear',
  },
  {
    op: 'MaxUnpool',
    about: 'one cell written twice',
    inputs: [[1, 1, 2, 2], tensor([1, 1, 2, 2], 0, 3, 3, 15)],
    attributes: { kernel_shape: [2, 2], strides: [2, 2] },
    reference: 'linear',
  },
];
