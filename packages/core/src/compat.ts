import { eli5Methods } from './compat/eli5/normed-grad-cam.ts';
import { pytorchGradCamMethods } from './compat/pytorch-grad-cam.ts';
import { GradcamError } from './errors.ts';
import type { Explanation } from './explanation.ts';
import { fuse } from './fuse.ts';
import { type Heatmap, heatmapOf } from './map/heatmap.ts';
import { normalise, relu } from './map/normalise.ts';
import { resize } from './map/resize.ts';
import type { Method } from './method.ts';
import type { Tensor } from './tensor.ts';

/** A peer whose numbers are wanted exactly, its quirks included. `eli5` is 0.10, whose gradient is divided by its L2 norm; 0.16 is without. */
export type Compat = 'pytorch-grad-cam' | 'eli5' | 'eli5-0.16';

const formulas: Readonly<Record<Compat, ReadonlyMap<Method, Method>>> = {
  'pytorch-grad-cam': pytorchGradCamMethods,
  eli5: eli5Methods,
  'eli5-0.16': new Map(),
};

/**
 * The method as that peer computes it: its own formula where it differs from ours. A method of a user's own stays what it is.
 * @throws GradcamError `bad-option` for an unknown peer
 */
export function methodAs(compat: Compat, method: Method): Method {
  if (!Object.hasOwn(formulas, compat)) {
    throw new GradcamError('bad-option', `unknown compat "${compat}"; expected ${Object.keys(formulas).join(', ')}`);
  }
  return formulas[compat].get(method) ?? method;
}

/** What is shown: the map, and where there are several the raw maps it was made of. */
export type Shown = Pick<Explanation, 'map'> & Partial<Pick<Explanation, 'parts' | 'settings'>>;

/** A signal is a picture of one row. @throws GradcamError `bad-input` for volumes */
function flat({ data, dims }: Tensor): Heatmap {
  if (dims.length === 1) return heatmapOf({ data, dims: [1, ...dims] });
  if (dims.length === 2) return heatmapOf({ data, dims });
  throw new GradcamError(
    'bad-input',
    `a map of dims [${dims}] is no picture; expected [H, W] or [length]; take slices of it, or resize it with resizeMap`,
  );
}

const scale = (one: Heatmap): Heatmap => normalise(one, 'pytorch-grad-cam');

/** ReLU, scale, resize; then over the layers their mean, or their product of maps scaled again; scale; then the mean over the copies. */
function asPytorchGradCam({ map, parts = [], settings }: Shown, width: number, height: number): Heatmap {
  const large = (raw: Tensor): Heatmap => resize(scale(relu(flat(raw))), width, height);
  if (parts.length === 0) return scale(large(map));
  const copies = [...new Set(parts.map(({ copy }) => copy))];
  const fusion = settings?.fusion ?? 'mean';
  const maps = copies.map((copy) => {
    const layers = parts.filter((part) => part.copy === copy).map((part) => large(part.map));
    return scale(fuse(fusion === 'mean' ? layers : layers.map(scale), fusion));
  });
  return fuse(maps);
}

/**
 * A raw map of a picture or a signal as shown over a picture of `width` x `height`: ReLU, then 0..1, then resized with half-pixel bilinear
 * weights.
 *
 * | compat | order |
 * |---|---|
 * | none | ReLU, / max, resize |
 * | `pytorch-grad-cam` | ReLU, min-max with its epsilon, resize, mean over the layers, min-max with its epsilon again; mean over the copies |
 * | `eli5`, `eli5-0.16` | ReLU, / (max + 1e-7), resize (eli5 itself colours first and resizes the colours: see `eli5.formatAsImage`) |
 *
 * @param compat by default what the explanation was made with
 * @throws GradcamError `bad-input` when a value is not finite or the map is a volume
 */
export function heatmapFor(
  shown: Shown,
  width: number,
  height: number,
  compat: Compat | null = shown.settings?.compat ?? null,
): Heatmap {
  if (compat === 'pytorch-grad-cam') return asPytorchGradCam(shown, width, height);
  return resize(normalise(flat(shown.map), compat === null ? 'max' : 'eli5'), width, height);
}
