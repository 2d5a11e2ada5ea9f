import type { Score } from '@gradcam/core';
import type { ScoreTensor, Shapes } from '@gradcam/onnx-autodiff';
import type { Survey } from './survey.ts';

/** Largest difference between the model's own output and the activation recomputed from the score. */
const AGREES = 1e-3;

/** Rows of [N, C] scores through the function that a final operator computes. */
function activated(scores: Float32Array, classes: number, activation: ScoreTensor['activation']): Float32Array {
  if (activation === 'sigmoid') return scores.map((score) => 1 / (1 + Math.exp(-score)));
  const result = new Float32Array(scores.length);
  for (let row = 0; row < scores.length; row += classes) {
    const values = scores.subarray(row, row + classes);
    const top = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const total = values.reduce((sum, value) => sum + Math.exp(value - top), 0);
    values.forEach((value, i) => {
      const logarithm = value - top - Math.log(total);
      result[row + i] = activation === 'softmax' ? Math.exp(logarithm) : logarithm;
    });
  }
  return result;
}

function looksLikeProbabilities(values: Float32Array, classes: number): boolean {
  if (classes < 2 || values.length === 0) return false;
  for (let row = 0; row < values.length; row += classes) {
    const part = values.subarray(row, row + classes);
    const total = part.reduce((sum, value) => sum + value, 0);
    if (part.some((value) => value < 0 || value > 1) || Math.abs(total - 1) > AGREES) return false;
  }
  return true;
}

/**
 * Checks on one noise input that the score really leads to the output as the structure says. Where it does not, the
 * output itself is the score, and is called what its values look like.
 */
export async function verifiedScore(found: ScoreTensor, shapes: Shapes, survey: Survey): Promise<Score> {
  const classesOf = (tensor: string): number => {
    const classes = shapes.get(tensor)?.dims?.[1];
    return typeof classes === 'number' ? classes : 0;
  };
  const values = await survey.values([...new Set([found.tensor, found.output])]);
  const scores = values.get(found.tensor) ?? new Float32Array();
  const outputs = values.get(found.output) ?? new Float32Array();
  if (found.activation) {
    const expected = activated(scores, classesOf(found.tensor), found.activation);
    const agree =
      expected.length === outputs.length &&
      expected.every((value, i) => Math.abs(value - (outputs[i] as number)) <= AGREES * Math.max(1, Math.abs(value)));
    if (agree)
      return {
        output: found.tensor,
        kind: 'logit',
        activation: found.activation === 'sigmoid' ? 'sigmoid' : 'softmax',
      };
  }
  const rank = shapes.get(found.output)?.dims?.length ?? 0;
  const kind = looksLikeProbabilities(outputs, classesOf(found.output))
    ? 'probability'
    : rank >= 2 && classesOf(found.output) > 0
      ? 'logit'
      : 'raw';
  return { output: found.output, kind, activation: null };
}
