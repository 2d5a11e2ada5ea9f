import { GradcamError, type Score, sizeOf, type Tensor } from '@gradcam/core';
import { type Pulled, samples } from '@gradcam/core/adapter';

/** Where a score of one value per class decides: at the largest, the first of equals; a lone unit at its sign. */
function topOf(scores: Float32Array): readonly [index: number, slope: 1 | -1] {
  if (scores.length === 1) return [0, (scores[0] as number) < 0 ? -1 : 1];
  let top = 0;
  scores.forEach((score, index) => {
    if (score > (scores[top] as number)) top = index;
  });
  return [top, 1];
}

/**
 * One row per sample: one at its class, and for an own top class (index below 0) of a lone unit that says no minus one.
 * @param score the score, or its dims where all classes are given
 */
export function classRows(classes: readonly number[], score: Tensor | readonly number[]): Tensor {
  const dims = 'dims' in score ? score.dims : score;
  const width = sizeOf(dims.slice(1));
  const data = new Float32Array(sizeOf(dims));
  classes.forEach((index, row) => {
    const own = index < 0 && 'data' in score ? score.data.subarray(row * width, (row + 1) * width) : undefined;
    const [at, slope] = own ? topOf(own) : [index, 1];
    data[row * width + at] = slope;
  });
  return { data, dims };
}

/** Samples of a cotangent in the dims that its output has: [N, C] becomes [N, C, 1, 1] where the output is that. */
export function cotangentOf(
  backend: string,
  output: string,
  { tensors }: Extract<Pulled, { kind: 'cotangent' }>,
  like: readonly (number | null)[],
  from: number,
  to: number,
  length: number,
): Tensor {
  const given = tensors.get(output) as Tensor;
  const part = samples(given, from, to, length);
  const dims = like.map((dim, axis) => (axis === 0 ? length : dim));
  const known = dims.filter((dim) => dim !== null);
  if (known.length < dims.length) return part;
  if (sizeOf(known) === part.data.length) return { data: part.data, dims: known };
  throw new GradcamError(
    'bad-input',
    `tfjs (${backend}): the cotangent of ${output} has dims [${given.dims}]; expected those of the output, [${known.join(', ')}] for ${length} samples`,
  );
}

/** How many classes the score has; null where that varies. @throws GradcamError `bad-target` when it has a score per position */
export function classCount(backend: string, score: Score, dims: readonly (number | null)[]): number | null {
  const [, classes = 1, ...rest] = dims;
  if (rest.every((dim) => dim === 1)) return classes;
  throw new GradcamError(
    'bad-target',
    `${backend}: ${score.output} has dims [${dims.map((dim) => dim ?? 'any').join(', ')}], a score for each position and not for each class; expected a cotangent that says which positions count`,
  );
}
