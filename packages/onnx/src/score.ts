import type { Score } from '@gradcam/core';
import { leadsTo, scoreByLook } from '@gradcam/core/adapter';
import type { ScoreTensor, Shapes } from '@gradcam/onnx-autodiff';
import type { Survey } from './survey.ts';

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
  if (found.activation && leadsTo(scores, classesOf(found.tensor), outputs, found.activation)) {
    return { output: found.tensor, kind: 'logit', activation: found.activation === 'sigmoid' ? 'sigmoid' : 'softmax' };
  }
  const dims = (shapes.get(found.output)?.dims ?? []).map((dim) => (typeof dim === 'number' ? dim : 0));
  return scoreByLook(found.output, { data: outputs, dims });
}
