import { channelMeans, featuresOf } from '../../features.ts';
import { checkLayer } from '../../find-layer.ts';
import type { Layer, Model, RunOptions } from '../../model.ts';
import { differentiate, valueAt } from '../../pass.ts';
import { outputsOf } from '../../seeds.ts';
import { argmax, checkClass, type Sample, type Target } from '../../target.ts';
import { classTarget } from '../../targets/class.ts';
import { probabilityTarget } from '../../targets/probability.ts';
import type { Tensor } from '../../tensor.ts';
import { l2Normalised } from './normed-grad-cam.ts';
import { checkedDoc, checkedLayer, checkedTarget, type Eli5Layer } from './validate.ts';

export interface BackendOptions extends RunOptions {
  /** A list of exactly one class; null (default): the predicted one. */
  readonly targets?: readonly number[] | null;
  /** Default null: the automatic choice. */
  readonly layer?: Eli5Layer;
  /** `l2` (default) as eli5 0.10, `none` as 0.16. They differ where the map's largest value nears 1e-7. */
  readonly normalizeGradient?: 'l2' | 'none';
  /**
   * `output` (default): what the model gives, a softmax at its end included, as eli5 does; the map then shows what tells the class from its
   * rivals. `logit`: the score before it, as eli5's users get it by taking the softmax off the model.
   */
  readonly score?: 'output' | 'logit';
}

/** The terms of Grad-CAM, under the names that eli5 gives them. */
export interface GradcamTerms {
  /** One per channel: the gradient's mean over the positions. */
  readonly weights: Float64Array;
  /** [channels, height, width] */
  readonly activations: Tensor;
  /** [channels, height, width], normalised as asked. */
  readonly gradients: Tensor;
  readonly predictedIndex: number;
  /** The score of that class: as the model gives it, a probability where it ends in a softmax, or the logit, where that was asked for. */
  readonly predictedValue: number;
  readonly layer: Layer;
}

function targetOf({ score }: Model, target: number | null, wanted: 'output' | 'logit'): Target {
  const isSquashed = wanted === 'output' && score.kind === 'logit' && score.activation !== null;
  const one = (sample: Sample): Target => {
    const index = target ?? argmax(sample.output.data);
    checkClass(sample, index);
    return isSquashed ? probabilityTarget(index) : classTarget(index);
  };
  return {
    name: target === null ? 'predicted class' : `class ${target}`,
    settle: one,
    classOf: (sample) => target ?? argmax(sample.output.data),
    evaluate: (sample) => one(sample).evaluate(sample),
  };
}

/**
 * eli5's `gradcam_backend`: one sample, one class, one layer.
 * @param doc [1, channels, height, width]
 * @throws GradcamError `bad-input`, `bad-target` (the message states the range), `unknown-layer`, `bad-option`, `no-gradient` naming every
 * operator in the way
 */
export async function gradcamBackend(
  model: Model,
  doc: Tensor,
  { targets = null, layer = null, normalizeGradient = 'l2', score = 'output', ...options }: BackendOptions = {},
): Promise<GradcamTerms> {
  const inputs = checkedDoc(model, doc);
  const target = targetOf(model, checkedTarget(targets), score);
  const found = checkedLayer(model, layer);
  const grid = checkLayer(found, true);
  const pass = await differentiate(model, inputs, [found], [target], options);
  const sample = outputsOf(model, pass, 0);
  const activations = featuresOf(valueAt(pass.activations, found.name, model), grid, 0);
  const raw = featuresOf(valueAt(pass.gradients, found.name, model), grid, 0);
  const gradients = normalizeGradient === 'l2' ? l2Normalised(raw) : raw;
  const dims = [activations.channels, ...activations.space];
  return {
    weights: channelMeans(gradients),
    activations: { data: activations.data, dims },
    gradients: { data: gradients.data, dims },
    predictedIndex: target.classOf?.(sample) ?? 0,
    predictedValue: target.evaluate(sample).score,
    layer: found,
  };
}
