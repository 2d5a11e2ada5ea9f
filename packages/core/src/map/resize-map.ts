import { GradcamError } from '../errors.ts';
import { sizeOf, type Tensor } from '../tensor.ts';
import { checkSize } from './heatmap.ts';
import { resizeLine, type Sampling, tapsOf } from './taps.ts';

/** One axis of `data` [outer, from, inner] resampled to `to` cells. */
function alongAxis(
  data: Float64Array,
  outer: number,
  from: number,
  to: number,
  sampling: Sampling,
): Float64Array<ArrayBuffer> {
  const inner = data.length / (outer * from);
  const { starts, counts, weights, stride } = tapsOf(
    from,
    resizeLine(from, to, sampling.filter ?? 'bilinear'),
    sampling,
  );
  const out = new Float64Array(outer * to * inner);
  for (let block = 0; block < outer; block++) {
    for (let cell = 0; cell < to; cell++) {
      const into = (block * to + cell) * inner;
      for (let j = 0; j < (counts[cell] ?? 0); j++) {
        const weight = weights[cell * stride + j] ?? 0;
        // A weight of exactly zero must not turn a far NaN into a near one.
        if (weight === 0) continue;
        const source = (block * from + (starts[cell] ?? 0) + j) * inner;
        for (let i = 0; i < inner; i++) out[into + i] = (out[into + i] ?? 0) + weight * (data[source + i] ?? 0);
      }
    }
  }
  return out;
}

/**
 * A map of any number of axes (a signal, a picture, a volume) at another size, axis by axis; by default half-pixel linear, which for two
 * axes is what {@link resize} computes.
 * @throws GradcamError `bad-option` when the number of axes differs, or a size is none or too large
 */
export function resizeMap({ data, dims }: Tensor, space: readonly number[], sampling: Sampling = {}): Tensor {
  if (space.length !== dims.length) {
    throw new GradcamError(
      'bad-option',
      `a map of dims [${dims}] cannot be resized to [${space}]; expected as many axes, ${dims.length}`,
    );
  }
  checkSize(sizeOf(space.slice(0, -1)), space.at(-1) ?? 1, 'a map');
  if (dims.every((dim, axis) => dim === space[axis])) return { data, dims };
  let values = Float64Array.from(data);
  space.forEach((to, axis) => {
    const from = dims[axis] ?? 1;
    if (from !== to) values = alongAxis(values, sizeOf(space.slice(0, axis)), from, to, sampling);
  });
  return { data: Float32Array.from(values), dims: [...space] };
}
