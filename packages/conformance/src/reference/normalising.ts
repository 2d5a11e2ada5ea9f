import { only, type Rules } from './rule.ts';
import { at, mapped, type Values, zeros } from './values.ts';

/** The normed axis: its length, and the distance of its neighbours. */
interface Axis {
  readonly length: number;
  readonly step: number;
}

const channels = ({ dims }: Values): Axis => ({ length: dims[1] ?? 1, step: (dims[2] ?? 1) * (dims[3] ?? 1) });
const lastAxis = ({ dims }: Values): Axis => ({ length: dims.at(-1) ?? 1, step: 1 });

/** Calls `visit(cells)` for every line of cells along the axis. */
function lines({ data }: Values, { length, step }: Axis, visit: (cells: readonly number[]) => void): void {
  for (let start = 0; start < data.length; start += length * step)
    for (let offset = 0; offset < step; offset++) visit(Array.from({ length }, (_, k) => start + offset + k * step));
}

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

const sumOver = (cells: readonly number[], f: (cell: number) => number): number =>
  cells.reduce((sum, cell) => sum + f(cell), 0);

export const normalisingRules: Rules<'softmax' | 'batchNorm' | 'layerNorm' | 'centreBatch'> = {
  softmax: {
    forward: (_node, inputs) => {
      const x = only(inputs);
      const y = zeros(x.dims);
      lines(x, lastAxis(x), (cells) => {
        const top = Math.max(...cells.map((cell) => at(x.data, cell)));
        const total = sumOver(cells, (cell) => Math.exp(at(x.data, cell) - top));
        for (const cell of cells) y.data[cell] = Math.exp(at(x.data, cell) - top) / total;
      });
      return y;
    },
    // dx = y * (g - sum(g * y))
    backward: (_node, gradient, _inputs, y) => {
      const dx = zeros(y.dims);
      lines(y, lastAxis(y), (cells) => {
        const mean = sumOver(cells, (cell) => at(gradient.data, cell) * at(y.data, cell));
        for (const cell of cells) dx.data[cell] = at(y.data, cell) * (at(gradient.data, cell) - mean);
      });
      return [dx];
    },
  },
  batchNorm: {
    forward: ({ scale, shift, mean, variance, epsilon }, inputs) => {
      const x = only(inputs);
      const { length, step } = channels(x);
      return mapped(x, (value, i) => {
        const k = Math.floor(i / step) % length;
        return (
          (at(scale.data, k) * (value - at(mean.data, k))) / Math.sqrt(at(variance.data, k) + epsilon) +
          at(shift.data, k)
        );
      });
    },
    backward: ({ scale, variance, epsilon }, gradient) => {
      const { length, step } = channels(gradient);
      return [
        mapped(gradient, (g, i) => {
          const k = Math.floor(i / step) % length;
          return (g * at(scale.data, k)) / Math.sqrt(at(variance.data, k) + epsilon);
        }),
      ];
    },
  },
  // y = scale * n + shift with n = (x - mean) / deviation
  layerNorm: {
    forward: ({ scale, shift, epsilon }, inputs) => {
      const x = only(inputs);
      const y = zeros(x.dims);
      lines(x, lastAxis(x), (cells) => {
        const { mean, deviation } = moments(x, cells, epsilon);
        cells.forEach((cell, k) => {
          y.data[cell] = (at(scale.data, k) * (at(x.data, cell) - mean)) / deviation + at(shift.data, k);
        });
      });
      return y;
    },
    // dx = (h - mean(h) - n * mean(h * n)) / deviation with h = scale * g
    backward: ({ scale, epsilon }, gradient, inputs) => {
      const x = only(inputs);
      const dx = zeros(x.dims);
      lines(x, lastAxis(x), (cells) => {
        const { mean, deviation } = moments(x, cells, epsilon);
        const n = cells.map((cell) => (at(x.data, cell) - mean) / deviation);
        const h = cells.map((cell, k) => at(scale.data, k) * at(gradient.data, cell));
        const [first, second] = [meanOf(h), meanOf(h.map((value, k) => value * at(n, k)))];
        cells.forEach((cell, k) => {
          dx.data[cell] = (at(h, k) - first - at(n, k) * second) / deviation;
        });
      });
      return [dx];
    },
  },
  // y = x - mean over the samples / 2, which is its own transpose
  centreBatch: {
    forward: (_node, inputs) => centred(only(inputs)),
    backward: (_node, gradient) => [centred(gradient)],
  },
};

function moments({ data }: Values, cells: readonly number[], epsilon: number): { mean: number; deviation: number } {
  const mean = sumOver(cells, (cell) => at(data, cell)) / cells.length;
  const variance = sumOver(cells, (cell) => (at(data, cell) - mean) ** 2) / cells.length;
  return { mean, deviation: Math.sqrt(variance + epsilon) };
}

function centred(x: Values): Values {
  const [batch = 1] = x.dims;
  const each = x.data.length / batch;
  return mapped(x, (value, i) => {
    let sum = 0;
    for (let n = 0; n < batch; n++) sum += at(x.data, n * each + (i % each));
    return value - sum / batch / 2;
  });
}
