import type { Node } from './node.ts';

/** How integers stand for real numbers: (q - zero) * scale, by the names of both; per axis where one is named. */
export interface Quantisation {
  readonly scale: string;
  /** '' where the zero point is 0. */
  readonly zero: string;
  readonly axis?: number;
}

/** Where an operator keeps the scale and zero point of what it gives out: positions among its inputs. */
const OUTPUT_SCALES: Readonly<Record<string, readonly [scale: number, zero: number]>> = {
  QuantizeLinear: [1, 2],
  QLinearConv: [6, 7],
  QLinearMatMul: [6, 7],
  QLinearAdd: [6, 7],
  QLinearMul: [6, 7],
  QLinearAveragePool: [3, 4],
  QLinearGlobalAveragePool: [3, 4],
  QLinearSigmoid: [3, 4],
  QLinearLeakyRelu: [3, 4],
  QLinearSoftmax: [3, 4],
  QLinearReduceMean: [3, 4],
  QLinearConcat: [0, 1],
  QGemm: [7, 8],
};

/** Operators that move quantised values and keep their scale. */
const CARRIERS = new Set([
  'Identity',
  'MaxPool',
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Transpose',
  'Slice',
  'Gather',
  'Pad',
  'Split',
  'Resize',
  'Upsample',
  'Dropout',
  'DepthToSpace',
  'SpaceToDepth',
  'Expand',
  'Relu',
  'Clip',
]);

/** Operators whose int32 output counts in products of both operands' units. */
const ACCUMULATORS = new Set(['MatMulInteger', 'ConvInteger']);

/** int32 sums of products: their unit is written nowhere, a Cast and a Mul behind them bring it back. */
export function isAccumulator(node: Node | undefined): boolean {
  return node !== undefined && ACCUMULATORS.has(node.op);
}

/** Its output is rounded to integers, or to what integers stand for. */
export function rounds(node: Node): boolean {
  return node.op in OUTPUT_SCALES || node.op.startsWith('DynamicQuantize');
}

function quantisationBy(node: Node, known: ReadonlyMap<string, Quantisation>): Quantisation | undefined {
  if (node.op === 'DynamicQuantizeLinear') return { scale: node.outputs[1] ?? '', zero: node.outputs[2] ?? '' };
  if (CARRIERS.has(node.op)) return known.get(node.inputs[0] ?? '');
  const [scaleAt, zeroAt] = OUTPUT_SCALES[node.op] ?? [];
  const scale = node.inputs[scaleAt ?? -1];
  if (!scale || node.int('block_size', 0) > 0) return undefined;
  const zero = node.inputs[zeroAt ?? -1] ?? '';
  return node.op === 'QuantizeLinear' ? { scale, zero, axis: node.int('axis', 1) } : { scale, zero };
}

/** What the integers of every quantised tensor stand for; the nodes come in topological order. */
export function quantisationsOf(nodes: readonly Node[]): ReadonlyMap<string, Quantisation> {
  const known = new Map<string, Quantisation>();
  for (const node of nodes) {
    const found = quantisationBy(node, known);
    if (!found) continue;
    const carried = node.op === 'Split' ? node.outputs : node.outputs.slice(0, 1);
    for (const output of carried) if (output !== '') known.set(output, found);
  }
  return known;
}
