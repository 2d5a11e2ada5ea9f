import { GradcamError } from './errors.ts';
import type { Grid } from './model.ts';
import { sizeOf, type Tensor } from './tensor.ts';

/** One sample's values at a layer as maps over the positions: [channels, ...space], row-major. Activations and gradients both. */
export interface Features {
  readonly data: Float32Array;
  readonly channels: number;
  /** [length], [height, width] or [depth, height, width]. */
  readonly space: readonly number[];
  /** Number of positions, the product of `space`: channel k is `data[k * positions ... (k + 1) * positions]`. */
  readonly positions: number;
}

/** Sample `index` of a batch, its axis 0 removed; the values are shared, not copied. */
export function sampleOf({ data, dims }: Tensor, index: number): Tensor {
  const rest = dims.slice(1);
  const size = sizeOf(rest);
  return { data: data.subarray(index * size, (index + 1) * size), dims: rest };
}

/**
 * Sample `index` of what a layer holds, seen through its grid. Maps are shared, tokens [T, C] are transposed to [C, H, W] without their prefix.
 * @throws GradcamError `bad-option` when the values do not fit the grid
 */
export function featuresOf(layer: Tensor, grid: Grid, index: number): Features {
  const { data, dims } = sampleOf(layer, index);
  if (grid.kind === 'map') {
    const [channels = 1, ...space] = dims;
    return { data, channels, space, positions: sizeOf(space) };
  }
  const [tokens = 0, channels = 0] = dims;
  const positions = grid.height * grid.width;
  if (dims.length !== 2 || tokens !== grid.prefix + positions) {
    throw new GradcamError(
      'bad-option',
      `a layer of dims [N, ${dims.join(', ')}] is not ${grid.prefix} + ${grid.height} x ${grid.width} tokens; expected [N, ${grid.prefix + positions}, channels]`,
    );
  }
  const maps = new Float32Array(channels * positions);
  for (let position = 0; position < positions; position++) {
    const from = (grid.prefix + position) * channels;
    for (let channel = 0; channel < channels; channel++) {
      maps[channel * positions + position] = data[from + channel] ?? 0;
    }
  }
  return { data: maps, channels, space: [grid.height, grid.width], positions };
}

/** The reverse of {@link featuresOf}: one sample's maps written into `into` [T, C] or [C, ...space]; a token prefix in `into` is left alone. */
export function writeFeatures({ data, channels, positions }: Features, grid: Grid, into: Float32Array): void {
  if (grid.kind === 'map') {
    into.set(data);
    return;
  }
  for (let position = 0; position < positions; position++) {
    const to = (grid.prefix + position) * channels;
    for (let channel = 0; channel < channels; channel++) into[to + channel] = data[channel * positions + position] ?? 0;
  }
}

/** The mean of each channel over the positions, [channels], in float64. */
export function channelMeans({ data, channels, positions }: Features): Float64Array {
  const means = new Float64Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    let sum = 0;
    for (let i = channel * positions; i < (channel + 1) * positions; i++) sum += data[i] ?? 0;
    means[channel] = sum / positions;
  }
  return means;
}

/** f(a, b) element by element: what HiResCAM, Layer-CAM and their kind multiply. */
export function combine(a: Features, b: Features, f: (a: number, b: number) => number): Features {
  return { ...a, data: a.data.map((value, i) => f(value, b.data[i] ?? 0)) };
}
