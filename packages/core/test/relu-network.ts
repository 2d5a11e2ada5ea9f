import type { Model, Outputs, Pass, Point, Seed, Tensor } from '../src/index.ts';
import { layerNamed } from './layer.ts';

type Matrix = readonly (readonly number[])[];

/** One step of the network on a batch [N, C, ...space], with what it does to gradients. */
interface Step {
  readonly name: string;
  readonly kind: string;
  readonly bias?: Float32Array;
  readonly forward: (x: Tensor) => Tensor;
  readonly backward: (x: Tensor, g: Tensor, guided: boolean) => Tensor;
}

const positionsOf = ({ dims }: Tensor): number => dims.slice(2).reduce((a, b) => a * b, 1);

/** sum over the channels of weight(to, from) x[from] + shift[to], at every position. */
function mixed(
  x: Tensor,
  rows: number,
  weight: (to: number, from: number) => number,
  shift: readonly number[],
): Tensor {
  const [batch = 1, channels = 1, ...space] = x.dims;
  const n = positionsOf(x);
  const data = Float32Array.from({ length: batch * rows * n }, (_, at) => {
    const [sample, to, i] = [Math.floor(at / (rows * n)), Math.floor(at / n) % rows, at % n];
    let sum = shift[to] ?? 0;
    for (let k = 0; k < channels; k++) sum += weight(to, k) * (x.data[(sample * channels + k) * n + i] ?? 0);
    return sum;
  });
  return { data, dims: [batch, rows, ...space] };
}

/** A 1 x 1 convolution: W[out, in] x + b at every position. */
function pointwise(name: string, w: Matrix, b: readonly number[]): Step {
  return {
    name,
    kind: 'Conv',
    bias: Float32Array.from(b),
    forward: (x) => mixed(x, w.length, (to, from) => w[to]?.[from] ?? 0, b),
    backward: (x, g) => mixed(g, x.dims[1] ?? 1, (to, from) => w[from]?.[to] ?? 0, []),
  };
}

const relu = (name: string): Step => ({
  name,
  kind: 'Relu',
  forward: ({ data, dims }) => ({ data: data.map((v) => Math.max(0, v)), dims }),
  backward: (x, { data, dims }, guided) => ({
    data: data.map((g, i) => ((x.data[i] ?? 0) > 0 && !(guided && g < 0) ? g : 0)),
    dims,
  }),
});

/** For each cell of the coarse grid, the cells of the fine one. */
function halves(dims: readonly number[]): {
  readonly space: number[];
  readonly of: Int32Array;
  readonly share: number;
} {
  const fine = dims.slice(2);
  const space = fine.map((side) => side / 2);
  const of = Int32Array.from({ length: fine.reduce((a, b) => a * b, 1) }, (_, at) => {
    let [rest, cell, stride] = [at, 0, 1];
    for (let axis = fine.length - 1; axis >= 0; axis--) {
      cell += stride * Math.floor((rest % (fine[axis] ?? 1)) / 2);
      stride *= space[axis] ?? 1;
      rest = Math.floor(rest / (fine[axis] ?? 1));
    }
    return cell;
  });
  return { space, of, share: 1 / 2 ** fine.length };
}

/** Average pooling by two along every axis. */
const halve = (name: string): Step => ({
  name,
  kind: 'AveragePool',
  forward: (x) => {
    const { space, of, share } = halves(x.dims);
    const [n, coarse] = [positionsOf(x), space.reduce((a, b) => a * b, 1)];
    const data = new Float32Array((x.data.length / n) * coarse);
    x.data.forEach((v, at) => {
      const to = Math.floor(at / n) * coarse + (of[at % n] ?? 0);
      data[to] = (data[to] ?? 0) + v * share;
    });
    return { data, dims: [...x.dims.slice(0, 2), ...space] };
  },
  backward: (x, g) => {
    const { of, share } = halves(x.dims);
    const [n, coarse] = [positionsOf(x), positionsOf(g)];
    const data = x.data.map((_, at) => (g.data[Math.floor(at / n) * coarse + (of[at % n] ?? 0)] ?? 0) * share);
    return { data, dims: x.dims };
  },
});

/** The mean over the positions, as a map of one. */
const pool = (name: string): Step => ({
  name,
  kind: 'GlobalAveragePool',
  forward: (x) => {
    const n = positionsOf(x);
    const data = new Float32Array(x.data.length / n);
    x.data.forEach((v, at) => {
      data[Math.floor(at / n)] = (data[Math.floor(at / n)] ?? 0) + v / n;
    });
    return { data, dims: [x.dims[0] ?? 1, x.dims[1] ?? 1] };
  },
  backward: (x, g) => {
    const n = positionsOf(x);
    return { data: x.data.map((_, at) => (g.data[Math.floor(at / n)] ?? 0) / n), dims: x.dims };
  },
});

const first: Matrix = [
  [0.8, -0.6],
  [-0.5, 1],
  [0.7, 0.4],
];
const second: Matrix = [
  [1, -0.8, 0.3],
  [-0.4, 0.9, 0.5],
];
const head: Matrix = [
  [1.2, -0.7],
  [-0.9, 1.1],
  [0.3, 0.4],
];

function outputsOf(values: readonly Tensor[]): Outputs {
  const output = values.at(-1) as Tensor;
  return { output, outputs: new Map([['logits', output]]) };
}

function cotangent(seed: Seed, { data, dims }: Tensor): Tensor {
  if (seed instanceof Map) return (seed as ReadonlyMap<string, Tensor>).get('logits') as Tensor;
  if (seed !== 'top' && !Array.isArray(seed)) return seed as Tensor;
  const classes = dims[1] ?? 1;
  const g = new Float32Array(data.length);
  for (let n = 0; n < data.length / classes; n++) {
    const row = [...data.subarray(n * classes, (n + 1) * classes)];
    g[n * classes + (seed === 'top' ? row.indexOf(Math.max(...row)) : ((seed as readonly number[])[n] ?? 0))] = 1;
  }
  return { data: g, dims };
}

/**
 * x [N, 2, ...space] -> conv1, relu1 [N, 3, ...] -> half -> conv2, relu2 [N, 2, ...space / 2] -> mean -> logits [N, 3], in any number of axes: a
 * ReLU network whose gradients are worked out step by step, with biases. Sides must be even.
 */
export function reluNetwork(space: readonly number[]): Model {
  const steps: readonly Step[] = [
    pointwise('conv1', first, [0.1, -0.2, 0.05]),
    relu('relu1'),
    halve('half'),
    pointwise('conv2', second, [-0.15, 0.25]),
    relu('relu2'),
    pool('pooled'),
    pointwise('logits', head, [0.2, -0.1, 0.3]),
  ];
  const names = ['x', ...steps.map(({ name }) => name)];
  const forward = (value: Tensor, from: number): Tensor[] => {
    const values = [value];
    for (const step of steps.slice(from)) values.push(step.forward(values.at(-1) as Tensor));
    return values;
  };
  /** Gradients at every value from step `from` on. */
  const backward = (values: readonly Tensor[], from: number, seed: Seed, guided: boolean): Tensor[] => {
    const gradients = [cotangent(seed, values.at(-1) as Tensor)];
    for (let at = steps.length - 1; at >= from; at--)
      gradients.unshift((steps[at] as Step).backward(values[at - from] as Tensor, gradients[0] as Tensor, guided));
    return gradients;
  };
  const half = space.map((side) => side / 2);
  const dims = [[2, ...space], [3, ...space], [3, ...space], [3, ...half], [2, ...half], [2, ...half], [2], [3]];
  const layers = names.map((name, at) => {
    const step = steps[at - 1];
    const more = { grid: at < 6 ? ({ kind: 'map' } as const) : null, ...(step?.bias ? { bias: step.bias } : {}) };
    return layerNamed(name, step?.kind ?? 'input', [null, ...(dims[at] ?? [])], more);
  });
  return {
    backend: 'steps',
    inputs: [{ name: 'x', type: 'float32', dims: [null, 2, ...space] }],
    outputs: [{ name: 'logits', type: 'float32', dims: [null, 3] }],
    score: { output: 'logits', kind: 'logit', activation: 'softmax' },
    layers,
    run: async (inputs, { layers: asked = [], seed, rule } = {}): Promise<Pass> => {
      const values = forward(inputs as Tensor, 0);
      const gradients = seed === undefined ? null : backward(values, 0, seed, rule === 'guided');
      const at = (all: readonly Tensor[]) =>
        new Map(asked.map((name) => [name, all[names.indexOf(name)] as Tensor] as const));
      return { ...outputsOf(values), activations: at(values), gradients: gradients ? at(gradients) : new Map() };
    },
    resume: async ({ layer, activation }: Point) => outputsOf(forward(activation, names.indexOf(layer))),
    pull: async ({ layer, activation }, seed, { rule } = {}) => {
      const from = names.indexOf(layer);
      return backward(forward(activation, from), from, seed, rule === 'guided')[0] as Tensor;
    },
    dispose: async () => {},
  };
}
