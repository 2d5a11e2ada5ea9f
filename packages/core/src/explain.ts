import { type Compat, methodAs } from './compat.ts';
import { diagnose } from './diagnose.ts';
import { GradcamError } from './errors.ts';
import { mapOf } from './evidence.ts';
import { EXPLANATION_VERSION, type Explanation, NUMERICS_VERSION } from './explanation.ts';
import { type Features, featuresOf, sampleOf } from './features.ts';
import { checkInputs, inputsOf, pictureOf } from './inputs.ts';
import type { Evidence, Method } from './method.ts';
import { gradCam } from './methods/index.ts';
import type { Inputs, Model, Pass, RunOptions } from './model.ts';
import { type Place, placesOf } from './place.ts';
import { predictions, probabilities } from './predict.ts';
import { probeOf } from './probe.ts';
import { xoshiro128 } from './random.ts';
import { classSeed, outputsOf, slopeSeed } from './seeds.ts';
import type { Target } from './target.ts';
import { classTarget } from './targets/index.ts';
import type { Tensor } from './tensor.ts';

/** A target, or the index of a class, or each sample's own top class. */
export type TargetOption = Target | number | 'top';

export interface ExplainOptions extends RunOptions {
  /** One for all samples, or one per sample. Default `top`. */
  readonly target?: TargetOption | readonly TargetOption[];
  /** A layer's name or alias. Default: what {@link chooseLayer} takes. */
  readonly layer?: string;
  /** Default {@link gradCam}. */
  readonly method?: Method;
  /** Use that peer's formula where it differs from ours. For its scaling and resizing see {@link heatmapFor}. */
  readonly compat?: Compat;
  /** The first principal component of the channels' contributions in place of their sum. Default false. */
  readonly eigenSmooth?: boolean;
  /** How many predictions to list, best first. Default 5. */
  readonly predictions?: number;
  /** Seed of the random numbers, for methods that draw any. Default 0. */
  readonly seed?: number;
  /** How many changed inputs a probing method runs at a time: bounds its memory. Default 16. */
  readonly chunk?: number;
}

type Settings = Required<Pick<ExplainOptions, 'method' | 'eigenSmooth' | 'predictions' | 'seed' | 'chunk'>> &
  RunOptions;

function targetsOf(option: TargetOption | readonly TargetOption[], batch: number, method: Method): Target[] {
  const list = Array.isArray(option)
    ? (option as readonly TargetOption[])
    : new Array<TargetOption>(batch).fill(option as TargetOption);
  if (list.length !== batch) {
    throw new GradcamError(
      'bad-target',
      `${list.length} targets for ${batch} samples; expected one for all, or one per sample`,
    );
  }
  return list.map((one) => {
    const target = typeof one === 'object' ? one : classTarget(one);
    return method.retarget?.(target) ?? target;
  });
}

/** One forward, and where gradients are wanted one backward: in the same pass for class scores, by `pull` for any other target. */
async function passOf(
  model: Model,
  inputs: Inputs,
  places: readonly Place[],
  targets: readonly Target[],
  { method, ...settings }: Settings,
): Promise<Pass> {
  const options: RunOptions = settings.signal ? { signal: settings.signal } : {};
  const layers = places.map(({ layer }) => layer.name);
  if (method.kind !== 'gradient') return model.run(inputs, { layers, ...options });
  const { rule = 'exact' } = method;
  const seed = classSeed(targets);
  if (seed) return model.run(inputs, { layers, seed, rule, ...options });
  const pass = await model.run(inputs, { layers, ...options });
  const slopes = slopeSeed(model, pass, targets);
  const gradients = new Map<string, Tensor>();
  for (const { layer } of places) {
    const activation = valueAt(pass.activations, layer.name, model);
    const point = { layer: layer.name, activation, ...(layer.bypassed ? { inputs } : {}) };
    gradients.set(layer.name, await model.pull(point, slopes, { rule, ...options }));
  }
  return { ...pass, gradients };
}

function valueAt(values: ReadonlyMap<string, Tensor>, layer: string, { backend }: Model): Tensor {
  const value = values.get(layer);
  if (!value)
    throw new GradcamError(
      'runtime',
      `${backend}: the pass returned nothing for ${layer}; expected its activation and gradient`,
    );
  return value;
}

/** The first place whose positions have a gradient in any sample. */
function reached([first, ...others]: readonly [Place, ...Place[]], { gradients }: Pass, batch: number): Place {
  const isReached = ({ layer, grid }: Place): boolean => {
    const gradient = gradients.get(layer.name);
    const samples = Array.from({ length: batch }, (_, index) => index);
    return (
      gradient !== undefined &&
      samples.some((index) => featuresOf(gradient, grid, index).data.some((value) => value !== 0))
    );
  };
  return others.length === 0 ? first : ([first, ...others].find(isReached) ?? first);
}

/**
 * Why the model said what it said: one {@link Explanation} per sample of the batch, in order.
 *
 * A class score costs one pass of the model, any other target a second one behind the layer; methods that probe say their cost.
 * @param inputs [N, ...] as the model takes them; pictures channels first
 * @throws GradcamError `bad-input` for values that are not finite, `bad-target`, `unknown-layer`, `ambiguous-layer`, `layer-off-path`,
 * `no-gradient`, `bad-option`, and what the backend throws; `signal.reason` when aborted
 */
export async function explain(
  model: Model,
  inputs: Inputs,
  options: ExplainOptions = {},
): Promise<readonly Explanation[]> {
  const { method: asked = gradCam, compat } = options;
  const method = compat ? methodAs(compat, asked) : asked;
  const settings: Settings = { eigenSmooth: false, predictions: 5, seed: 0, chunk: 16, ...options, method };
  settings.signal?.throwIfAborted();
  checkInputs(model, inputs);
  const batch = pictureOf(model, inputs).tensor.dims[0] ?? 1;
  const targets = targetsOf(options.target ?? 'top', batch, settings.method);
  const places = placesOf(model, settings.method, options.layer);
  const pass = await passOf(model, inputs, places, targets, settings);
  const place = reached(places, pass, batch);
  const explanations: Explanation[] = [];
  for (const [index, target] of targets.entries()) {
    explanations.push(await explainSample({ model, inputs, pass, place, index, target }, settings));
  }
  return explanations;
}

interface Case {
  readonly model: Model;
  readonly inputs: Inputs;
  readonly pass: Pass;
  readonly place: Place;
  readonly index: number;
  readonly target: Target;
}

async function explainSample(one: Case, settings: Settings): Promise<Explanation> {
  const { model, pass, index } = one;
  const { layer, grid, chosen, reason } = one.place;
  const sample = outputsOf(model, pass, index);
  const target = one.target.settle?.(sample) ?? one.target;
  const { score } = target.evaluate(sample);
  const value = valueAt(pass.activations, layer.name, model);
  const activation = featuresOf(value, grid, index);
  const gradient =
    settings.method.kind === 'gradient' ? featuresOf(valueAt(pass.gradients, layer.name, model), grid, index) : null;
  const evidence = await evidenceOf({ ...one, target }, settings, score, activation, gradient);
  const map = mapOf(evidence, activation, settings.eigenSmooth);
  const classIndex = target.classOf?.(sample) ?? null;
  return {
    version: EXPLANATION_VERSION,
    numerics: NUMERICS_VERSION,
    backend: model.backend,
    method: settings.method.name,
    layer: { name: layer.name, dims: value.dims.slice(1), chosen, reason },
    target: {
      name: target.name,
      index: classIndex,
      score,
      probability: classIndex === null ? null : (probabilities(sample)?.[classIndex] ?? null),
    },
    predictions: predictions(sample, settings.predictions),
    map: { data: map, dims: activation.space },
    weights: 'weights' in evidence ? evidence.weights : null,
    seed: settings.seed,
    warnings: diagnose({ layer, score: model.score, targetScore: score, activation, gradient, map }),
  };
}

async function evidenceOf(
  { model, inputs, pass, place, index, target }: Case,
  { method, seed, chunk, signal }: Settings,
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
      layer: place.layer.name,
      grid: place.grid,
      bypassed: place.layer.bypassed,
      raw: { data, dims: [1, ...dims] },
      target,
      score,
      random,
      chunk,
      ...(signal ? { signal } : {}),
    }),
  );
}
