import { array64, indices, offset } from '../arrays.ts';
import type { Array64, Case, Reference } from '../case.ts';

const batchNormalization: Reference = (inputs) => {
  const [x, scale, bias, mean, variance] = inputs as [Array64, Array64, Array64, Array64, Array64];
  const y = array64(x.dims);
  for (const at of indices(x.dims)) {
    const c = at[1] as number;
    const i = offset(at, x.dims);
    const normal = ((x.data[i] as number) - (mean.data[c] as number)) / Math.sqrt((variance.data[c] as number) + 1e-3);
    y.data[i] = normal * (scale.data[c] as number) + (bias.data[c] as number);
  }
  return y;
};

const localResponse =
  (size: number, alpha: number, beta: number, bias: number): Reference =>
  ([input]) => {
    const x = input as Array64;
    const y = array64(x.dims);
    for (const at of indices(x.dims)) {
      const [n, c = 0, ...space] = at;
      let squares = 0;
      for (let other = c - Math.floor((size - 1) / 2); other <= c + Math.ceil((size - 1) / 2); other++) {
        if (other >= 0 && other < (x.dims[1] as number))
          squares += (x.data[offset([n as number, other, ...space], x.dims)] as number) ** 2;
      }
      y.data[offset(at, x.dims)] = (x.data[offset(at, x.dims)] as number) / (bias + (alpha / size) * squares) ** beta;
    }
    return y;
  };

const statistics = [[3], { dims: [3], range: [0.5, 2] as const }];

/** (x - mean) / sqrt(variance + epsilon) in blocks that `block` names by a text; the mean stays where `centres` is false. */
function standardise(
  x: Array64,
  block: (at: readonly number[]) => string,
  epsilon: number,
  centres = true,
): Float64Array {
  const blocks = new Map<string, number[]>();
  let i = 0;
  for (const at of indices(x.dims)) {
    const members = blocks.get(block(at)) ?? [];
    members.push(i++);
    blocks.set(block(at), members);
  }
  const result = new Float64Array(x.data.length);
  for (const members of blocks.values()) {
    const average = (of: (value: number) => number): number =>
      members.reduce((sum, member) => sum + of(x.data[member] as number), 0) / members.length;
    const mean = centres ? average((value) => value) : 0;
    const deviation = Math.sqrt(average((value) => (value - mean) ** 2) + epsilon);
    for (const member of members) result[member] = ((x.data[member] as number) - mean) / deviation;
  }
  return result;
}

/** Standardised, then scaled and shifted by the parameter at `index`. */
const affine =
  (
    block: (at: readonly number[]) => string,
    index: (at: readonly number[]) => number,
    epsilon: number,
    centres = true,
  ): Reference =>
  ([input, scale, bias]) => {
    const x = input as Array64;
    const normal = standardise(x, block, epsilon, centres);
    const y = array64(x.dims);
    let i = 0;
    for (const at of indices(x.dims)) {
      const parameter = index(at);
      y.data[i] = (normal[i] as number) * (scale?.data[parameter] ?? 1) + (bias?.data[parameter] ?? 0);
      i++;
    }
    return y;
  };

const channel = (at: readonly number[]): number => at[1] as number;
/** The group of a channel: six channels in three groups. */
const group = (at: readonly number[]): number => Math.floor(channel(at) / 2);
const last = (at: readonly number[]): number => at.at(-1) as number;
const token = (at: readonly number[]): string => at.slice(0, -1).join();

const unitNorm =
  (p: number): Reference =>
  ([input]) => {
    const x = input as Array64;
    const size = x.dims[1] as number;
    const inner = x.dims.slice(2).reduce((a, b) => a * b, 1);
    const y = array64(x.dims);
    for (const at of indices(x.dims)) {
      const i = offset(at, x.dims);
      const start = i - (at[1] as number) * inner;
      let sum = 0;
      for (let c = 0; c < size; c++) sum += Math.abs(x.data[start + c * inner] as number) ** p;
      y.data[i] = (x.data[i] as number) / sum ** (1 / p);
    }
    return y;
  };

/** Mean and inverse deviation over the last axis, which come out beside the standardised values. */
const withStatistics: Reference = (inputs) => {
  const x = inputs[0] as Array64;
  const width = x.dims.at(-1) as number;
  const dims = [...x.dims.slice(0, -1), 1];
  const rows = Array.from({ length: x.data.length / width }, (_, i) =>
    Array.from(x.data.subarray(i * width, (i + 1) * width)),
  );
  const average = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / width;
  const means = rows.map(average);
  const inverses = rows.map(
    (values, i) => 1 / Math.sqrt(average(values.map((value) => (value - (means[i] as number)) ** 2)) + 1e-2),
  );
  return [affine(token, last, 1e-2)(inputs) as Array64, array64(dims, means), array64(dims, inverses)];
};

export const normalize: readonly Case[] = [
  {
    op: 'BatchNormalization',
    inputs: [[2, 3, 4, 2], [3], [3], ...statistics],
    attributes: { epsilon: { float: 1e-3 } },
    reference: batchNormalization,
  },
  {
    op: 'BatchNormalization',
    about: 'of vectors',
    inputs: [[4, 3], [3], [3], ...statistics],
    attributes: { epsilon: { float: 1e-3 } },
    reference: batchNormalization,
  },
  ...[3, 5].map(
    (size): Case => ({
      op: 'LRN',
      about: `over ${size} channels`,
      inputs: [[2, 6, 3, 2]],
      attributes: { size, alpha: { float: 0.5 }, beta: { float: 0.75 }, bias: { float: 1.5 } },
      reference: localResponse(size, 0.5, 0.75, 1.5),
    }),
  ),
  {
    op: 'InstanceNormalization',
    inputs: [[2, 3, 4, 3], [3], [3]],
    attributes: { epsilon: { float: 1e-2 } },
    reference: affine((at) => at.slice(0, 2).join(), channel, 1e-2),
  },
  {
    op: 'GroupNormalization',
    about: 'parameters per group',
    since: 18,
    until: 20,
    inputs: [[2, 6, 2, 3], [3], [3]],
    attributes: { num_groups: 3, epsilon: { float: 1e-2 } },
    reference: affine((at) => `${at[0]},${group(at)}`, group, 1e-2),
  },
  {
    op: 'GroupNormalization',
    about: 'parameters per channel',
    since: 21,
    inputs: [[2, 6, 2, 3], [6], [6]],
    attributes: { num_groups: 3, epsilon: { float: 1e-2 } },
    reference: affine((at) => `${at[0]},${group(at)}`, channel, 1e-2),
  },
  {
    op: 'LayerNormalization',
    inputs: [[2, 3, 5], [5], [5]],
    attributes: { epsilon: { float: 1e-2 } },
    reference: affine(token, last, 1e-2),
  },
  {
    op: 'LayerNormalization',
    about: 'and its statistics',
    inputs: [[2, 3, 5], [5], [5]],
    attributes: { epsilon: { float: 1e-2 } },
    outputs: 3,
    reference: withStatistics,
  },
  {
    op: 'LayerNormalization',
    about: 'over two axes, no bias',
    inputs: [
      [2, 3, 5],
      [3, 5],
    ],
    attributes: { axis: 1 },
    reference: affine(
      (at) => `${at[0]}`,
      (at) => channel(at) * 5 + last(at),
      1e-5,
    ),
  },
  {
    op: 'LayerNormalization',
    about: 'sizes known at run time',
    freeDims: true,
    inputs: [[2, 3, 5], { dims: [5], constant: true }, { dims: [5], constant: true }],
    reference: affine(token, last, 1e-5),
  },
  ...['RMSNormalization', 'SimplifiedLayerNormalization'].map(
    (op): Case => ({
      op,
      inputs: [[2, 3, 5], [5]],
      attributes: { epsilon: { float: 1e-2 } },
      reference: affine(token, last, 1e-2, false),
    }),
  ),
  {
    op: 'MeanVarianceNormalization',
    inputs: [[2, 3, 4, 3]],
    reference: affine((at) => `${channel(at)}`, channel, 1e-9),
  },
  ...[1, 2].map(
    (p): Case => ({
      op: 'LpNormalization',
      about: `p = ${p}`,
      inputs: [{ dims: [2, 4, 3], kinks: [0] }],
      attributes: { axis: 1, p },
      reference: unitNorm(p),
    }),
  ),
];
