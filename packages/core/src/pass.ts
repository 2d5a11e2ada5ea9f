import { GradcamError } from './errors.ts';
import type { BackwardRule, Inputs, Layer, Model, Pass, RunOptions } from './model.ts';
import { pointAt } from './point-at.ts';
import { classSeed, slopeSeed } from './seeds.ts';
import type { Target } from './target.ts';
import type { Tensor } from './tensor.ts';

/** @throws GradcamError `runtime` when the backend left the layer out */
export function valueAt(values: ReadonlyMap<string, Tensor>, layer: string, { backend }: Model): Tensor {
  const value = values.get(layer);
  if (value) return value;
  throw new GradcamError(
    'runtime',
    `${backend}: the pass returned nothing for ${layer}; expected its activation and gradient`,
  );
}

/**
 * One forward pass, with the gradient of one target per sample at each of `layers`: in the same pass for class scores, by a `pull` per layer
 * for any other target.
 */
export async function differentiate(
  model: Model,
  inputs: Inputs,
  layers: readonly Layer[],
  targets: readonly Target[],
  { rule = 'exact', ...options }: RunOptions & { readonly rule?: BackwardRule } = {},
): Promise<Pass> {
  const names = layers.map(({ name }) => name);
  const seed = classSeed(targets);
  if (seed) return model.run(inputs, { layers: names, seed, rule, ...options });
  const pass = await model.run(inputs, { layers: names, ...options });
  const slopes = slopeSeed(model, pass, targets);
  const gradients = new Map<string, Tensor>();
  for (const layer of layers) {
    const point = pointAt(layer, valueAt(pass.activations, layer.name, model), inputs);
    gradients.set(layer.name, await model.pull(point, slopes, { rule, ...options }));
  }
  return { ...pass, gradients };
}
