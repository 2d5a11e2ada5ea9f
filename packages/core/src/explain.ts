import { type Compat, methodAs } from './compat.ts';
import { asItIs, type Copy, copiesOf } from './copies.ts';
import { GradcamError } from './errors.ts';
import { explainSample, type Found, type Settings } from './explain-sample.ts';
import { EXPLANATION_VERSION, type Explanation, type ExplanationSettings, NUMERICS_VERSION } from './explanation.ts';
import type { Fusion } from './fuse.ts';
import { checkInputs, pictureOf } from './inputs.ts';
import { type Layered, madeOf } from './made-of.ts';
import type { Method } from './method.ts';
import { gradCam } from './methods/index.ts';
import type { Inputs, Model, Pass, RunOptions } from './model.ts';
import { differentiate, valueAt } from './pass.ts';
import { type Candidates, placesOf, type Where } from './place.ts';
import { predictions, probabilities } from './predict.ts';
import { reached } from './reached.ts';
import { outputsOf } from './seeds.ts';
import type { Target } from './target.ts';
import { classTarget } from './targets/index.ts';

/** A target, or the index of a class, or each sample's own top class. */
export type TargetOption = Target | number | 'top';

export interface ExplainOptions extends RunOptions, Where {
  /** One for all samples, or one per sample. Default `top`. */
  readonly target?: TargetOption | readonly TargetOption[];
  /** A layer's name or alias, or several, whose maps are fused. Default: what {@link chooseLayer} takes. */
  readonly layer?: string | readonly string[];
  /** How the maps of several layers become one. Default `mean`, and for RefineCAM `product`. */
  readonly fusion?: Fusion;
  /** Default {@link gradCam}. */
  readonly method?: Method;
  /** Use that peer's formula where it differs from ours. For its scaling and resizing see {@link heatmapFor}. */
  readonly compat?: Compat;
  /** The first principal component of the channels' contributions in place of their sum. Default false. */
  readonly eigenSmooth?: boolean;
  /** The mean map of six copies of the picture, mirrored and of other contrast: six times the cost. Default false. */
  readonly augSmooth?: boolean;
  /** How many predictions to list, best first. Default 5. */
  readonly predictions?: number;
  /** Seed of the random numbers, for methods that draw any. Default 0. */
  readonly seed?: number;
  /** How many changed inputs a probing method runs at a time: bounds its memory. Default 16. */
  readonly chunk?: number;
  /** How many changed inputs a probing method may run in all: bounds its time, and coarsens its map. Default: what the method takes. */
  readonly budget?: number;
}

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

function settingsOf(options: ExplainOptions): Settings {
  const { method = gradCam, compat, eigenSmooth = false, seed = 0, chunk = 16, budget = Infinity, signal } = options;
  for (const [name, value] of Object.entries({ chunk, budget })) {
    if (!(value >= 1))
      throw new GradcamError('bad-option', `\`${name}\` is ${value}; expected a number of at least 1, or leave it out`);
  }
  return {
    method: compat ? methodAs(compat, method) : method,
    eigenSmooth,
    seed,
    chunk: Math.floor(chunk),
    budget: Math.floor(budget),
    ...(signal ? { signal } : {}),
  };
}

/** The places' activations, and where the method takes them, or they must tell which place is read, their gradients. */
function passOf(
  model: Model,
  inputs: Inputs,
  candidates: readonly Candidates[],
  targets: readonly Target[],
  { method, signal }: Settings,
): Promise<Pass> {
  const places = candidates.flat();
  const layers = places.map(({ layer }) => layer);
  const options: RunOptions = signal ? { signal } : {};
  const isAsked = method.kind === 'gradient' || places.length > candidates.length;
  if (!isAsked) return model.run(inputs, { layers: layers.map(({ name }) => name), ...options });
  const rule = (method.kind === 'gradient' ? method.rule : undefined) ?? 'exact';
  return differentiate(model, inputs, layers, targets, { rule, ...options });
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
  const settings = settingsOf(options);
  const { method, signal } = settings;
  signal?.throwIfAborted();
  checkInputs(model, inputs);
  const batch = pictureOf(model, inputs).tensor.dims[0] ?? 1;
  const asked = targetsOf(options.target ?? 'top', batch, method);
  const candidates = placesOf(model, method, options);
  const pass = await passOf(model, inputs, candidates, asked, settings);
  const places = candidates.map((one) => reached(one, pass, batch));
  const targets = asked.map((target, index) => target.settle?.(outputsOf(model, pass, index)) ?? target);
  const settled = places.map((place): Candidates => [place]);
  const found = targets.map((): Layered[] => []);
  const look = async (copy: Copy, seen: Pass): Promise<void> => {
    for (const [index, target] of targets.entries()) {
      const maps: Found[] = [];
      for (const place of places)
        maps.push(await explainSample({ model, inputs: copy.inputs, pass: seen, place, index, target }, settings));
      found[index]?.push({ copy, maps });
    }
  };
  for (const copy of options.augSmooth ? copiesOf(model, inputs) : [asItIs(inputs)]) {
    await look(copy, copy.inputs === inputs ? pass : await passOf(model, copy.inputs, settled, targets, settings));
  }
  const made: ExplanationSettings = {
    compat: options.compat ?? null,
    eigenSmooth: settings.eigenSmooth,
    augSmooth: options.augSmooth ?? false,
    fusion: places.length > 1 ? (options.fusion ?? method.fusion ?? 'mean') : null,
  };
  return targets.map((target, index) => {
    const sample = outputsOf(model, pass, index);
    const classIndex = target.classOf?.(sample) ?? null;
    const { place, ...maps } = madeOf(found[index] ?? [], places, made.fusion);
    return {
      version: EXPLANATION_VERSION,
      numerics: NUMERICS_VERSION,
      backend: model.backend,
      method: method.name,
      layer: {
        name: place.layer.name,
        dims: valueAt(pass.activations, place.layer.name, model).dims.slice(1),
        chosen: place.chosen,
        reason: place.reason,
      },
      target: {
        name: target.name,
        index: classIndex,
        score: target.evaluate(sample).score,
        probability: classIndex === null ? null : (probabilities(sample)?.[classIndex] ?? null),
      },
      predictions: predictions(sample, options.predictions ?? 5),
      ...maps,
      seed: settings.seed,
      settings: made,
    };
  });
}
