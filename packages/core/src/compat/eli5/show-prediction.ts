import { GradcamError } from '../../errors.ts';
import type { Model } from '../../model.ts';
import type { Pixels } from '../../picture/pixels.ts';
import type { Tensor } from '../../tensor.ts';
import { type ExplainPredictionOptions, explainPrediction } from './explain-prediction.ts';
import { type FormatOptions, formatAsImage } from './format-as-image.ts';

/**
 * eli5's `show_prediction`: {@link explainPrediction}, then {@link formatAsImage}.
 * @throws GradcamError what either throws, and `unsupported-model` where the explanation holds only an error
 */
export async function showPrediction(
  model: Model,
  doc: Tensor,
  { resamplingFilter, colormap, alphaLimit, ...options }: ExplainPredictionOptions & FormatOptions = {},
): Promise<Pixels> {
  const explanation = await explainPrediction(model, doc, options);
  if (explanation.error !== '') throw new GradcamError('unsupported-model', explanation.error);
  return formatAsImage(explanation, {
    ...(resamplingFilter === undefined ? {} : { resamplingFilter }),
    ...(colormap === undefined ? {} : { colormap }),
    ...(alphaLimit === undefined ? {} : { alphaLimit }),
  });
}
