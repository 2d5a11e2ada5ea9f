import {
  type Heatmap,
  heatmapFor,
  heatmapOf,
  normalise,
  resize,
  type Shown,
  type Size,
  type Tensor,
} from '@gradcam/core';

/** A signal as a picture of one row, a volume as the strongest of its slices at each place. */
function flat({ data, dims }: Tensor): Tensor {
  if (dims.length < 3) return { data, dims: dims.length === 1 ? [1, ...dims] : dims };
  const [height = 1, width = 1] = dims.slice(-2);
  const area = height * width;
  const strongest = Float32Array.from(data.subarray(0, area));
  data.forEach((value, at) => {
    const i = at % area;
    if (!(value <= (strongest[i] ?? 0))) strongest[i] = value;
  });
  return { data: strongest, dims: [height, width] };
}

/** A raw map, 0..1 (or -1..1), at its own resolution; NaN everywhere where it is not finite, since then nothing is known. */
export function shownMap(raw: Tensor, policy: 'max' | 'signed' = 'max'): Heatmap {
  const map = heatmapOf(flat(raw));
  const { data } = map;
  return data.every(Number.isFinite) ? normalise(map, policy) : { ...map, data: map.data.map(() => NaN) };
}

/** The heatmap that is reported: 0..1, at the size of what the model saw; in a peer's own order of scaling where that was asked for. */
export function heatmapAt(shown: Shown, { width, height }: Size): Heatmap {
  const isPeers = shown.settings?.compat && shown.map.data.every(Number.isFinite);
  return isPeers ? heatmapFor(shown, width, height) : resize(shownMap(shown.map), width, height);
}
