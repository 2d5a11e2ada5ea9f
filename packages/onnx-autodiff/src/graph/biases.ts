import { constantValues } from './constant-values.ts';
import type { Facts } from './facts.ts';
import type { Graph } from './graph.ts';
import type { Layout } from './layout.ts';
import type { Node } from './node.ts';
import type { Dims } from './types.ts';

/** What an operator adds to each channel of its output; `unknown` where it adds something that is no stored number per channel. */
export type Bias = Float32Array | 'unknown' | null;

/** Operators with a bias per channel among their inputs, and which input that is. */
const BIAS_INPUT: Readonly<Record<string, number>> = {
  Conv: 2,
  ConvTranspose: 2,
  InstanceNormalization: 2,
  GroupNormalization: 2,
  LayerNormalization: 2,
};

/** Operators of other domains that hide a bias in front of an activation. */
const HIDDEN = /Fused|Bias|Skip|Attention/;

const one = (list: readonly number[], i: number): number => (list.length === 1 ? list[0] : list[i]) ?? 0;

/** The numbers of a constant, dequantised where it is stored as integers. */
function stored(graph: Graph, name: string): readonly number[] | undefined {
  const node = graph.producers.get(name);
  if (node?.op !== 'DequantizeLinear' || node.domain !== '') return constantValues(graph, name);
  const [values, scale, zero] = node.inputs.map((input) => (input ? constantValues(graph, input) : undefined));
  return scale && values?.map((value, i) => (value - (zero ? one(zero, i) : 0)) * one(scale, i));
}

const asBias = (values: readonly number[] | undefined, channels: unknown): Bias =>
  values && (typeof channels !== 'number' || values.length === channels) ? Float32Array.from(values) : 'unknown';

/** beta - mean gamma / sqrt(variance + epsilon): https://onnx.ai/onnx/operators/onnx__BatchNormalization.html */
function ofBatchNormalization(graph: Graph, node: Node): Bias {
  const [gamma, beta, mean, variance] = node.inputs.slice(1, 5).map((name) => stored(graph, name));
  if (!gamma || !beta || !mean || !variance || node.int('training_mode', 0) === 1) return 'unknown';
  const epsilon = node.float('epsilon', 1e-5);
  return Float32Array.from(
    beta,
    (value, k) => value - ((mean[k] ?? 0) * (gamma[k] ?? 0)) / Math.sqrt((variance[k] ?? 0) + epsilon),
  );
}

/** A constant operand of a sum, as one number per channel. */
function ofSum(graph: Graph, facts: Facts, name: string, dims: Dims, axis: number, sign: 1 | -1): Bias {
  const values = stored(graph, name);
  const own = facts.of(name).dims;
  const channels = dims[axis];
  if (!values || !own) return 'unknown';
  if (values.length === 1 && typeof channels === 'number')
    return new Float32Array(channels).fill(sign * (values[0] ?? 0));
  const along = own.length - (dims.length - axis);
  const spread = own.some((dim, at) => at !== along && dim !== 1);
  return spread || along < 0
    ? 'unknown'
    : asBias(
        values.map((value) => sign * value),
        channels,
      );
}

/** What the operator that makes a tensor adds to its channels; null where it adds nothing. */
export function biasOf(
  graph: Graph,
  facts: Facts,
  name: string,
  layout: Layout | null,
  depend: ReadonlySet<string>,
): Bias {
  const node = graph.producers.get(name);
  const dims = facts.of(name).dims;
  if (!node || !dims || node.outputs[0] !== name) return null;
  const axis = layout === 'channels-first' ? 1 : dims.length - 1;
  if (node.domain !== '') return HIDDEN.test(node.op) ? 'unknown' : null;
  const input = node.inputs[BIAS_INPUT[node.op] ?? Infinity];
  if (input) return asBias(stored(graph, input), dims[axis]);
  if (node.op === 'BatchNormalization') return ofBatchNormalization(graph, node);
  if (node.op === 'Gemm' && node.inputs[2]) {
    const found = ofSum(graph, facts, node.inputs[2], dims, axis, 1);
    const beta = node.float('beta', 1);
    return found instanceof Float32Array ? found.map((value) => beta * value) : found;
  }
  if (node.op !== 'Add' && node.op !== 'Sub') return null;
  const at = node.inputs.findIndex((operand) => !depend.has(operand));
  const constant = node.inputs[at];
  return constant === undefined
    ? null
    : ofSum(graph, facts, constant, dims, axis, node.op === 'Sub' && at === 1 ? -1 : 1);
}
