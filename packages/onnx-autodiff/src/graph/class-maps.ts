import type { Facts } from './facts.ts';
import type { Graph } from './graph.ts';
import type { Node } from './node.ts';
import { reachedFrom } from './reach.ts';

/** Operators that keep each channel to itself: pooling, reshaping, activations, scales and biases. */
const CHANNELWISE = new Set([
  'GlobalAveragePool',
  'GlobalMaxPool',
  'GlobalLpPool',
  'AveragePool',
  'MaxPool',
  'LpPool',
  'ReduceMean',
  'ReduceSum',
  'ReduceMax',
  'Flatten',
  'Reshape',
  'Squeeze',
  'Unsqueeze',
  'Identity',
  'Dropout',
  'Cast',
  'Transpose',
  'QuantizeLinear',
  'DequantizeLinear',
  'Relu',
  'LeakyRelu',
  'Clip',
  'BatchNormalization',
  'Add',
  'Sub',
  'Mul',
  'Div',
]);

/** The only input that depends on what the model is fed; undefined where several do. */
function dataInput(node: Node, depend: ReadonlySet<string>): string | undefined {
  const inputs = node.inputs.filter((input) => depend.has(input));
  return inputs.length === 1 ? inputs[0] : undefined;
}

/** The feature maps with one channel per class and only pooling between them and the score: poor layers, each channel knows one class. */
export function classMaps(graph: Graph, facts: Facts, score: string): ReadonlySet<string> {
  const classes = facts.of(score).dims?.[1];
  const depend = reachedFrom(graph, graph.inputs);
  const maps = new Set<string>();
  let tensor: string | undefined = score;
  while (tensor !== undefined) {
    const dims = facts.of(tensor).dims;
    if (typeof classes === 'number' && (dims?.[1] === classes || dims?.at(-1) === classes)) maps.add(tensor);
    const node = graph.producers.get(tensor);
    tensor = node && node.domain === '' && CHANNELWISE.has(node.op) ? dataInput(node, depend) : undefined;
  }
  return maps;
}
