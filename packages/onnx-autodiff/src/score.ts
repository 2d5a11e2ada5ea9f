import { AutodiffError } from './errors.ts';
import type { Facts } from './graph/facts.ts';
import type { Graph } from './graph/graph.ts';
import type { Node } from './graph/node.ts';
import { isFloat } from './graph/types.ts';

/** What to differentiate for a class, and how the model's own output follows from it. */
export interface ScoreTensor {
  readonly tensor: string;
  /** The model's output that shows it. */
  readonly output: string;
  /** What lies between the two. */
  readonly activation: 'softmax' | 'log-softmax' | 'sigmoid' | null;
}

/** Operators that change the form of class scores, not their values. */
const FORMAL = new Set([
  'Identity',
  'Cast',
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Dropout',
  'QuantizeLinear',
  'DequantizeLinear',
]);

/** One score per class stays one score per class: [N, C] or [N, C, 1, 1] with the same C. */
function isFlat(facts: Facts, tensor: string): boolean {
  const { dims } = facts.of(tensor);
  return !dims || (dims.length >= 2 && dims.slice(2).every((dim) => dim === 1));
}

function normaliser(node: Node): ScoreTensor['activation'] {
  if (node.domain !== '') return null;
  return node.op === 'Softmax'
    ? 'softmax'
    : node.op === 'LogSoftmax'
      ? 'log-softmax'
      : node.op === 'Sigmoid'
        ? 'sigmoid'
        : null;
}

/**
 * Walks back from an output to the logits: over Identity, Cast, reshaping and quantisation to a final Softmax, LogSoftmax or
 * Sigmoid, whose input is the score. Without one the output itself is. A saturated softmax has a zero gradient: that is why.
 *
 * @param output an output of the model, by name or index; the first float one by default
 * @throws AutodiffError `bad-option` for an output that is none, `unsupported-model` when none is a float tensor
 */
export function findScore(graph: Graph, facts: Facts, output?: string | number): ScoreTensor {
  const asked = typeof output === 'number' ? graph.outputs[output] : output;
  if (output !== undefined && (asked === undefined || !graph.outputs.includes(asked))) {
    throw new AutodiffError(
      'bad-option',
      `the model has no output ${output}; expected one of ${graph.outputs.join(', ')}, or an index from 0 to ${graph.outputs.length - 1}`,
    );
  }
  const start = asked ?? graph.outputs.find((name) => isFloat(facts.of(name).type ?? 1));
  if (start === undefined) {
    throw new AutodiffError(
      'unsupported-model',
      `none of the outputs ${graph.outputs.join(', ')} is a float tensor; expected class scores, name a float tensor as \`of\``,
    );
  }
  let tensor = start;
  for (;;) {
    const node = graph.producers.get(tensor);
    if (!node || !isFlat(facts, tensor)) break;
    const activation = normaliser(node);
    const input = node.inputs[0] ?? '';
    if (activation && isFlat(facts, input)) return { tensor: input, output: start, activation };
    if (node.domain !== '' || !FORMAL.has(node.op)) break;
    tensor = input;
  }
  return { tensor: start, output: start, activation: null };
}
