import type { NodeOf } from '../graph/node.ts';
import { padsOf } from '../graph/padding.ts';
import { only, type Rules } from './rule.ts';
import { at, mapped, type Values, zeros } from './values.ts';

/** Calls `visit(output cell, input cells)` for every window, padding left out. */
function windows(
  { size, strides, padding, dims: [, outHeight = 1, outWidth = 1] }: NodeOf<'maxPool' | 'averagePool'>,
  { dims: [batch = 1, channels = 1, height = 1, width = 1] }: Values,
  visit: (to: number, cells: readonly number[]) => void,
): void {
  const [top] = padsOf(padding, 0, height, size[0], strides[0]);
  const [left] = padsOf(padding, 1, width, size[1], strides[1]);
  for (let map = 0; map < batch * channels; map++)
    for (let i = 0; i < outHeight; i++)
      for (let j = 0; j < outWidth; j++) {
        const cells: number[] = [];
        for (let u = 0; u < size[0]; u++)
          for (let v = 0; v < size[1]; v++) {
            const row = i * strides[0] - top + u;
            const column = j * strides[1] - left + v;
            if (row >= 0 && row < height && column >= 0 && column < width)
              cells.push((map * height + row) * width + column);
          }
        visit((map * outHeight + i) * outWidth + j, cells);
      }
}

/** The first of the largest. */
const largest = (cells: readonly number[], data: Float64Array): number =>
  cells.reduce((best, cell) => (at(data, cell) > at(data, best) ? cell : best), cells[0] ?? 0);

const outputOf = (node: NodeOf<'maxPool' | 'averagePool'>, x: Values): Values => zeros([x.dims[0] ?? 1, ...node.dims]);

/** Positions of a map. */
const cellsOf = ({ dims }: Values): number => (dims[2] ?? 1) * (dims[3] ?? 1);

export const poolingRules: Rules<'maxPool' | 'averagePool' | 'globalAverage'> = {
  maxPool: {
    forward: (node, inputs) => {
      const x = only(inputs);
      const y = outputOf(node, x);
      windows(node, x, (to, cells) => {
        y.data[to] = at(x.data, largest(cells, x.data));
      });
      return y;
    },
    backward: (node, gradient, inputs) => {
      const x = only(inputs);
      const dx = zeros(x.dims);
      windows(node, x, (to, cells) => {
        const best = largest(cells, x.data);
        dx.data[best] = at(dx.data, best) + at(gradient.data, to);
      });
      return [dx];
    },
  },
  averagePool: {
    forward: (node, inputs) => {
      const x = only(inputs);
      const y = outputOf(node, x);
      windows(node, x, (to, cells) => {
        y.data[to] = cells.reduce((sum, cell) => sum + at(x.data, cell), 0) / cells.length;
      });
      return y;
    },
    backward: (node, gradient, inputs) => {
      const dx = zeros(only(inputs).dims);
      windows(node, dx, (to, cells) => {
        for (const cell of cells) dx.data[cell] = at(dx.data, cell) + at(gradient.data, to) / cells.length;
      });
      return [dx];
    },
  },
  globalAverage: {
    forward: (node, inputs) => {
      const x = only(inputs);
      const cells = cellsOf(x);
      return mapped(
        zeros([x.dims[0] ?? 1, ...node.dims]),
        (_, map) => x.data.subarray(map * cells, (map + 1) * cells).reduce((sum, value) => sum + value, 0) / cells,
      );
    },
    backward: (_node, gradient, inputs) => {
      const x = only(inputs);
      const cells = cellsOf(x);
      return [mapped(x, (_, i) => at(gradient.data, Math.floor(i / cells)) / cells)];
    },
  },
};
