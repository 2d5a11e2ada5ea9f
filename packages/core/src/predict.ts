import { softmax } from './softmax.ts';
import type { Sample } from './target.ts';

export interface Prediction {
  readonly index: number;
  /** The model's score, before a final softmax or sigmoid. */
  readonly score: number;
  /**
   * By the softmax or sigmoid the model itself ends in. A model that ends in logits is read as if a softmax followed (a sigmoid, for a
   * lone unit); null where the score is no classifier's.
   */
  readonly probability: number | null;
}

/** The probability of each class in [0, 1]; null where the score is not a classifier's. */
export function probabilities({ output, score }: Sample): Float64Array | null {
  if (score.kind === 'raw' || output.data.length !== (output.dims[0] ?? 1)) return null;
  if (score.kind === 'probability') return Float64Array.from(output.data);
  const squash = score.activation ?? (output.data.length === 1 ? 'sigmoid' : 'softmax');
  return squash === 'softmax' ? softmax(output.data) : Float64Array.from(output.data, (z) => 1 / (1 + Math.exp(-z)));
}

/** The `count` highest scores, best first, equal ones in order of their index; none where each position has a score of its own. */
export function predictions(sample: Sample, count: number): Prediction[] {
  const { output } = sample;
  if (output.data.length !== (output.dims[0] ?? 1)) return [];
  const chances = probabilities(sample);
  return Array.from(output.data, (score, index) => ({ index, score, probability: chances?.[index] ?? null }))
    .toSorted((a, b) => b.score - a.score)
    .slice(0, count);
}
