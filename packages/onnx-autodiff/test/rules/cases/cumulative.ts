import { array64, indices, offset } from '../arrays.ts';
import type { Array64, Case, Operand, Reference } from '../case.ts';
import { tensor } from './operands.ts';

/** What `combine` makes of the elements before, or behind where reversed, along axis 1 of a matrix. */
const running =
  (combine: (a: number, b: number) => number, start: number, exclusive: boolean, reverse: boolean): Reference =>
  ([input]) => {
    const x = input as Array64;
    const y = array64(x.dims);
    for (const [row = 0, column = 0] of indices(x.dims)) {
      let result = start;
      for (let other = 0; other < (x.dims[1] as number); other++) {
        const before = reverse ? other > column : other < column;
        if (before || (!exclusive && other === column))
          result = combine(result, x.data[offset([row, other], x.dims)] as number);
      }
      y.data[offset([row, column], x.dims)] = result;
    }
    return y;
  };

const factors: Operand = { dims: [3, 4], values: [1, 2, -3, 0.5, 2, 0, 3, -1, 0, 2, 0, 3] };

export const cumulative: readonly Case[] = [0, 1].flatMap((exclusive) =>
  [0, 1].flatMap((reverse): Case[] => {
    const about = `exclusive ${exclusive}, reverse ${reverse}`;
    const attributes = { exclusive, reverse };
    const flags = [exclusive === 1, reverse === 1] as const;
    return [
      {
        op: 'CumSum',
        about,
        inputs: [[3, 4], tensor([], 1)],
        attributes,
        reference: running((a, b) => a + b, 0, ...flags),
      },
      {
        op: 'CumProd',
        about: `zeros among the factors, ${about}`,
        inputs: [factors, tensor([], 1)],
        attributes,
        reference: running((a, b) => a * b, 1, ...flags),
      },
    ];
  }),
);
