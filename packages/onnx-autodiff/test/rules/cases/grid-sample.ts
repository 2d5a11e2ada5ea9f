import { array64, indices } from '../arrays.ts';
import type { Array64, Case, Operand, Reference } from '../case.ts';

const modes = (opset: number): readonly string[] =>
  opset < 20 ? ['bilinear', 'nearest', 'bicubic'] : ['linear', 'nearest', 'cubic'];

/** Points within and beyond the picture. */
const grid = (dims: readonly number[]): Operand => ({ dims, range: [-1.7, 1.7] });

type Weights = (t: number) => readonly number[];

/** Weights of the cells at floor - 1, floor, floor + 1, floor + 2. */
const weights: readonly Weights[] = [
  (t) => [0, 1 - t, t, 0],
  (t) => [0, t < 0.5 ? 1 : 0, t < 0.5 ? 0 : 1, 0],
  (t) =>
    [1 + t, t, 1 - t, 2 - t].map((d) =>
      d <= 1 ? 1.25 * d ** 3 - 2.25 * d ** 2 + 1 : -0.75 * d ** 3 + 3.75 * d ** 2 - 6 * d + 3,
    ),
];

const place = (value: number, length: number, aligned: boolean): number =>
  aligned ? ((value + 1) / 2) * (length - 1) : ((value + 1) * length - 1) / 2;

/** A picture's value at a cell that may be beyond it. */
function cellOf(cell: number, length: number, padding: string, aligned: boolean): number | undefined {
  if (cell >= 0 && cell < length) return cell;
  if (padding === 'zeros') return undefined;
  if (padding === 'border') return Math.min(Math.max(cell, 0), length - 1);
  const mirrored = cell < 0 ? -cell - (aligned ? 0 : 1) : 2 * length - cell - (aligned ? 2 : 1);
  return cellOf(mirrored, length, padding, aligned);
}

/** Two-dimensional sampling in plain loops; points are moved by no padding, only the cells that they read are. */
const sampled =
  (mode: number, padding: string, aligned: boolean): Reference =>
  ([picture, points]) => {
    const [x, p] = [picture, points] as [Array64, Array64];
    const [batch = 0, channels = 0, height = 0, width = 0] = x.dims;
    const [, rows = 0, columns = 0] = p.dims;
    const y = array64([batch, channels, rows, columns]);
    for (const [n = 0, c = 0, i = 0, j = 0] of indices(y.dims)) {
      const at = ((n * rows + i) * columns + j) * 2;
      const [u, v] = [place(p.data[at] as number, width, aligned), place(p.data[at + 1] as number, height, aligned)];
      const across = (weights[mode] as Weights)(u - Math.floor(u));
      const down = (weights[mode] as Weights)(v - Math.floor(v));
      let sum = 0;
      down.forEach((wv, dv) => {
        across.forEach((wu, du) => {
          const row = cellOf(Math.floor(v) + dv - 1, height, padding, aligned);
          const column = cellOf(Math.floor(u) + du - 1, width, padding, aligned);
          if (row !== undefined && column !== undefined)
            sum += wv * wu * (x.data[((n * channels + c) * height + row) * width + column] as number);
        });
      });
      y.data[((n * channels + c) * rows + i) * columns + j] = sum;
    }
    return y;
  };

export const gridSample: readonly Case[] = [0, 1, 2].flatMap((mode): Case[] =>
  ['zeros', 'border', 'reflection'].flatMap((padding_mode) =>
    [0, 1].flatMap((align_corners): Case[] => {
      const about = `${modes(20)[mode]}, ${padding_mode}${align_corners ? ', corners aligned' : ''}`;
      const attributes = (opset: number) => ({ mode: modes(opset)[mode] as string, padding_mode, align_corners });
      return [
        {
          op: 'GridSample',
          about,
          inputs: [[2, 3, 4, 5], grid([2, 3, 5, 2])],
          attributes,
          reference: sampled(mode, padding_mode, align_corners === 1),
        },
        ...(mode === 2
          ? []
          : [
              {
                op: 'GridSample',
                about: `a volume, ${about}`,
                since: 20,
                inputs: [[1, 2, 3, 4, 5], { ...grid([1, 2, 3, 2, 3]), fixed: true }],
                attributes,
                reference: 'linear' as const,
              },
            ]),
      ];
    }),
  ),
);
