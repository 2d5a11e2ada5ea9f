import { type Fusion, fuse } from './fuse.ts';
import { heatmap } from './map/heatmap.ts';
import { normalisedOrNaN } from './map/normalise.ts';
import { resizeMap } from './map/resize-map.ts';
import { sizeOf, type Tensor } from './tensor.ts';

/**
 * The raw maps of several layers as one, 0..1 at the finest of their resolutions: each after ReLU, divided by its largest value and resized,
 * then fused cell by cell. A lone map stays raw.
 * @throws GradcamError `bad-option` when their numbers of axes differ
 */
export function fuseLayers(maps: readonly Tensor[], fusion: Fusion): Tensor {
  const [first, ...others] = maps;
  if (!first || others.length === 0) return first ?? { data: new Float32Array(), dims: [0] };
  const space = others.reduce((finest, { dims }) => (sizeOf(dims) > sizeOf(finest) ? dims : finest), first.dims);
  const resized = maps.map(({ data, dims }) => resizeMap({ data: normalisedOrNaN(data), dims }, space).data);
  return {
    data: fuse(
      resized.map((data) => heatmap(data, data.length, 1)),
      fusion,
    ).data,
    dims: space,
  };
}
