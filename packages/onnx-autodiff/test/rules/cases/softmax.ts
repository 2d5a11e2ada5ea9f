import { array64 } from '../arrays.ts';
import type { Array64, Case } from '../case.ts';

/** Softmax over the last `last` values, or its logarithm. */
const over =
  (last: number, log: boolean) =>
  ([input]: readonly Array64[]): Array64 => {
    const x = input as Array64;
    const y = array64(x.dims);
    for (let from = 0; from < x.data.length; from += last) {
      const row = x.data.subarray(from, from + last);
      const total = Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0));
      row.forEach((value, i) => {
        y.data[from + i] = log ? value - total : Math.exp(value - total);
      });
    }
    return y;
  };

export const softmax: readonly Case[] = ['Softmax', 'LogSoftmax'].flatMap((op): Case[] => {
  const log = op === 'LogSoftmax';
  return [
    { op, about: 'default axis of old', until: 12, inputs: [[2, 3, 4]], reference: over(12, log) },
    { op, about: 'axis 2 of old', until: 12, inputs: [[2, 3, 4]], attributes: { axis: 2 }, reference: over(4, log) },
    { op, about: 'default axis', since: 13, inputs: [[2, 3, 4]], reference: over(4, log) },
    { op, about: 'a matrix', inputs: [[3, 5]], attributes: { axis: 1 }, reference: over(5, log) },
  ];
});
