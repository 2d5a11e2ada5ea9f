import { diagnose } from './diagnose.ts';
import { mapOf } from './evidence.ts';
import { type Features, featuresOf, sampleOf } from './features.ts';
import { inputsOf } from './inputs.ts';
import type { Evidence, Method } from './method.ts';
import type { Grid, Inputs, Model, Pass, RunOptions } from './model.ts';
import { valueAt } from './pass.ts';
import type { Place } from './place.ts';
import { probeOf } from './probe.ts';
import { xoshiro128 } from './random.ts';
import { outputsOf } from './seeds.ts';
import type { Target } from './target.ts';
import type { Tensor } from './tensor.ts';
import type { Warning } from './warnings.ts';

/** How maps are made, defaults filled in. */
export interface Settings extends RunOptions {
  readonly method: Method;
  readonly eigenSmooth: boolean;
  readonly seed: number;
  readonly chunk: number;
  readonly budget: number;
}

/** One sample of a pass, at one place. */
export interface View {
  readonly model: Model;
  readonly inputs: Inputs;
  readonly pass: Pass;
  readonly place: Place;
  readonly index: number;
  /** Settled. */
  readonly target: Target;
}

/** A raw map and what is to be said of it. */
export interface Found {
  readonly map: Tensor;
  readonly weights: Float64Array | null;
  readonly warnings: readonly Warning[];
}

/** The raw map of one sample at one place, diagnosed. */
export async function explainSample(view: View, settings: Settings): Promise<Found> {
  const { model, pass, index, place, target } = view;
  const { method } = settings;
  const { layer, grid } = place;
  const { score, flat } = target.evaluate(outputsOf(model, pass, index));
  const activation = featuresOf(valueAt(pass.activations, layer.name, model), grid, index);
  const pulled = method.kind === 'gradient' ? valueAt(pass.gradients, layer.name, model) : null;
  const gradient = pulled && featuresOf(pulled, grid, index);
  const evidence = await evidenceOf(view, settings, score, activation, gradient);
  const data = mapOf(evidence, activation, settings.eigenSmooth);
  return {
    map: { data, dims: ('map' in evidence && evidence.space) || activation.space },
    weights: 'weights' in evidence ? evidence.weights : null,
    warnings: diagnose({
      layer,
      score: model.score,
      targetScore: score,
      activation,
      gradient,
      map: data,
      method,
      flat,
      prefixRead: pulled !== null && isPrefixRead(pulled, grid, index),
    }),
  };
}

/** Whether the tokens in front of a grid's positions have a gradient. */
function isPrefixRead(gradient: Tensor, grid: Grid, index: number): boolean {
  if (grid.kind === 'map') return false;
  const { data, dims } = sampleOf(gradient, index);
  return data.subarray(0, grid.prefix * (dims[1] ?? 0)).some((value) => value !== 0);
}

async function evidenceOf(
  { model, inputs, pass, place, index, target }: View,
  { method, seed, chunk, budget, signal }: Settings,
  score: number,
  activation: Features,
  gradient: Features | null,
): Promise<Evidence> {
  // Each sample starts the stream anew, so that a batch equals its samples alone.
  const random = xoshiro128(seed);
  if (method.kind === 'activation') return method.explain(activation, { random });
  if (method.kind === 'gradient') return method.explain(activation, gradient ?? activation);
  const { data, dims } = sampleOf(valueAt(pass.activations, place.layer.name, model), index);
  return method.explain(
    probeOf({
      model,
      inputs: inputsOf(inputs, index),
      layer: place.layer,
      grid: place.grid,
      raw: { data, dims: [1, ...dims] },
      target,
      score,
      random,
      budget,
      chunk,
      ...(signal ? { signal } : {}),
    }),
  );
}
