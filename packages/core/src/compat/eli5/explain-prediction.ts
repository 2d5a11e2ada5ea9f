import { GradcamError } from '../../errors.ts';
import type { Heatmap } from '../../map/heatmap.ts';
import type { Model } from '../../model.ts';
import { checkPixels, type Pixels } from '../../picture/pixels.ts';
import { tensorToPixels } from '../../picture/tensor-to-pixels.ts';
import type { Tensor } from '../../tensor.ts';
import { gradcam } from './gradcam.ts';
import { type BackendOptions, gradcamBackend } from './gradcam-backend.ts';
import { checkedDoc } from './validate.ts';

export interface ExplainPredictionOptions extends BackendOptions {
  /** What the heatmap is laid over; default: the doc itself, stretched to 0..255. */
  readonly image?: Pixels;
}

export interface TargetExplanation {
  readonly target: number;
  /** The model's output for it, as the model gives it. */
  readonly score: number;
  /** 0..1, at the layer's resolution. */
  readonly heatmap: Heatmap;
  readonly proba: null;
  readonly weightedSpans: null;
  readonly featureWeights: null;
}

/** eli5's Explanation. Where `error` is not empty there is nothing else. */
export interface PredictionExplanation {
  readonly estimator: string;
  readonly description: string;
  readonly error: string;
  readonly method: 'Grad-CAM' | null;
  readonly image: Pixels | null;
  /** One, or none where there is an error. */
  readonly targets: readonly TargetExplanation[];
  readonly isRegression: false;
  readonly highlightSpaces: null;
  readonly layer: string | null;
}

/** eli5 goes by the presence of two-dimensional convolutions and poolings. */
function seesPictures({ layers }: Model): boolean {
  return layers.some(({ kind, dims }) => dims.length === 4 && /conv|pool/i.test(kind));
}

/** @throws GradcamError `bad-picture` for what is no picture */
export function checkedImage(image: unknown): Pixels {
  const { data, width, height } = (image ?? {}) as Partial<Pixels>;
  const isBytes = data instanceof Uint8ClampedArray || data instanceof Uint8Array;
  if (!isBytes || typeof width !== 'number' || typeof height !== 'number') {
    throw new GradcamError('bad-picture', 'the image is no picture; expected { data, width, height }, RGBA in 8 bits');
  }
  checkPixels(image as Pixels);
  return image as Pixels;
}

/**
 * eli5's `explain_prediction` for an image classifier. A model that holds no pictures is not refused: the explanation's `error` says so.
 * @param doc [1, channels, height, width], as the model takes it
 * @throws GradcamError what {@link gradcamBackend} throws, and `bad-picture` for an image that is none
 */
export async function explainPrediction(
  model: Model,
  doc: Tensor,
  { image, ...options }: ExplainPredictionOptions = {},
): Promise<PredictionExplanation> {
  const empty = { estimator: model.backend, error: '', isRegression: false, highlightSpaces: null } as const;
  if (image === undefined && !seesPictures(model)) {
    return {
      ...empty,
      description: '',
      error: `the model on ${model.backend} is not supported: it has no two-dimensional convolution or pooling; pass \`image\` if it is an image classifier all the same`,
      method: null,
      image: null,
      targets: [],
      layer: null,
    };
  }
  // Before a picture is made of it, so that a batch of several is told as such.
  checkedDoc(model, doc);
  const shown = image === undefined ? tensorToPixels(doc) : checkedImage(image);
  const { weights, activations, predictedIndex, predictedValue, layer } = await gradcamBackend(model, doc, options);
  return {
    ...empty,
    description: `Grad-CAM of ${layer.name}: where the positive evidence for class ${predictedIndex} lies`,
    method: 'Grad-CAM',
    image: shown,
    targets: [
      {
        target: predictedIndex,
        score: predictedValue,
        heatmap: gradcam(weights, activations),
        proba: null,
        weightedSpans: null,
        featureWeights: null,
      },
    ],
    layer: layer.name,
  };
}
