import { checkGradient, type GradientCheck } from './check-gradient.ts';
import { chooseLayer } from './choose-layer.ts';
import { GradcamError } from './errors.ts';
import { sampleOf } from './features.ts';
import { findLayer } from './find-layer.ts';
import type { Blocker, Inputs, Layer, Model, RunOptions } from './model.ts';
import { noiseInputs } from './noise-inputs.ts';
import { argmax } from './target.ts';

export interface ModelCheck {
  /** Every node that no gradient passes, on any way from a layer to the score, the nearest to the score first. */
  readonly blockers: readonly Blocker[];
  /** Layers on the way to the score that a gradient reaches, in execution order. */
  readonly working: readonly Layer[];
  /** Layers on the way to the score that none reaches. */
  readonly blocked: readonly Layer[];
  /** What `explain` would take; null where there is none. */
  readonly chosen: string | null;
  /** Gradients beside differences of the score, for some of the layers that work. */
  readonly gradients: readonly GradientCheck[];
}

export interface ModelCheckOptions extends RunOptions {
  /** Only this layer, by name or alias. */
  readonly layer?: string;
  /** What to run on, one sample; seeded noise by default. */
  readonly inputs?: Inputs;
  /** How many layers get a verdict, spread over the network; 8 by default. */
  readonly layers?: number;
}

/** The first, the last and others in between; `also` always. */
function spread(layers: readonly Layer[], count: number, also: string | null): Layer[] {
  const picked = new Set(
    Array.from(
      { length: Math.min(count, layers.length) },
      (_, i) => layers[Math.round((i * (layers.length - 1)) / Math.max(1, count - 1))],
    ),
  );
  return layers.filter((layer) => picked.has(layer) || layer.name === also);
}

function chosenOf(layers: readonly Layer[]): string | null {
  try {
    return chooseLayer(layers).layer.name;
  } catch (error) {
    if (error instanceof GradcamError) return null;
    throw error;
  }
}

/**
 * What a model offers for gradients, and whether they are right: every operator without a rule at once, the layers that work, and the
 * gradient of the top class at some of them against differences of the score on the model's own backend.
 * @throws GradcamError `unknown-layer`, `ambiguous-layer`, `layer-off-path`, and what the backend throws
 */
export async function checkModel(model: Model, options: ModelCheckOptions = {}): Promise<ModelCheck> {
  const run: RunOptions = options.signal ? { signal: options.signal } : {};
  const asked = options.layer === undefined ? undefined : findLayer(model.layers, options.layer);
  if (asked && !asked.onPath)
    throw new GradcamError(
      'layer-off-path',
      `the score does not depend on ${asked.name}; expected a layer between input and score`,
    );
  const onPath = asked ? [asked] : model.layers.filter((layer) => layer.onPath);
  const working = onPath.filter((layer) => layer.blocked.length === 0);
  const blocked = onPath.filter((layer) => layer.blocked.length > 0);
  const distinct = new Map(
    blocked.flatMap((layer) => layer.blocked).map((blocker) => [`${blocker.node} ${blocker.reason}`, blocker]),
  );
  const chosen = chosenOf(model.layers);
  const places = spread(working, options.layers ?? 8, chosen);
  const gradients: GradientCheck[] = [];
  if (places.length > 0) {
    const inputs = options.inputs ?? (await noiseInputs(model));
    const layers = places.map(({ name }) => name);
    const classIndex = argmax(sampleOf((await model.run(inputs, run)).output, 0).data);
    const pass = await model.run(inputs, { layers, seed: [classIndex], ...run });
    for (const layer of places) {
      const [activation, gradient] = [pass.activations.get(layer.name), pass.gradients.get(layer.name)];
      if (activation && gradient)
        gradients.push(await checkGradient(model, { layer, activation, gradient, inputs, classIndex }, run));
    }
  }
  return { blockers: [...distinct.values()], working, blocked, chosen, gradients };
}
