import { type Heatmap, heatmapOf, normalise, resize, type Size, type Tensor } from '@gradcam/core';

/** A raw map, 0..1 (or -1..1), at its own resolution; NaN everywhere where it is not finite, since then nothing is known. */
export function shownMap({ data, dims }: Tensor, policy: 'max' | 'signed' = 'max'): Heatmap {
  const map = heatmapOf({ data, dims: dims.length === 1 ? [1, ...dims] : dims });
  return data.every(Number.isFinite) ? normalise(map, policy) : { ...map, data: map.data.map(() => NaN) };
}

/** The heatmap that is reported: 0..1, at the size of what the model saw. */
export function heatmapAt(map: Tensor, { width, height }: Size): Heatmap {
  return resize(shownMap(map), width, height);
}
