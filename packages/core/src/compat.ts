import { eli5Methods } from './compat/eli5.ts';
import { pytorchGradCamMethods } from './compat/pytorch-grad-cam.ts';
import { type Heatmap, heatmapOf } from './map/heatmap.ts';
import { normalise, relu } from './map/normalise.ts';
import { resize } from './map/resize.ts';
import type { Method } from './method.ts';
import type { Tensor } from './tensor.ts';

/** A peer whose numbers are wanted exactly, its quirks included. */
export type Compat = 'pytorch-grad-cam' | 'eli5';

const formulas: Readonly<Record<Compat, ReadonlyMap<Method, Method>>> = {
  'pytorch-grad-cam': pytorchGradCamMethods,
  eli5: eli5Methods,
};

/** The method as that peer computes it: its own formula where it differs from ours. A method of a user's own stays what it is. */
export function methodAs(compat: Compat, method: Method): Method {
  return formulas[compat].get(method) ?? method;
}

/**
 * A raw two-dimensional map as shown over a picture of `width` x `height`: ReLU, then 0..1, then resized with half-pixel bilinear weights.
 *
 * | compat | order |
 * |---|---|
 * | none | ReLU, / max, resize |
 * | `pytorch-grad-cam` | ReLU, min-max with its epsilon, resize, min-max with its epsilon again |
 * | `eli5` | ReLU, / (max + 1e-7), resize (eli5 itself colours first and resizes the colours: see its formatter) |
 *
 * @throws GradcamError `bad-input` when a value is not finite or the map is not two-dimensional
 */
export function heatmapFor({ map }: { readonly map: Tensor }, width: number, height: number, compat?: Compat): Heatmap {
  const raw = heatmapOf(map);
  if (compat === 'eli5') return resize(normalise(raw, 'eli5'), width, height);
  if (compat === undefined) return resize(normalise(raw, 'max'), width, height);
  return normalise(resize(normalise(relu(raw), compat), width, height), compat);
}
