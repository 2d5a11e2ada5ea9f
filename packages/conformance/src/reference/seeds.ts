import { argmax, GradcamError, type Outputs, type Seed, sizeOf, type Tensor } from '@gradcam/core';

/**
 * The cotangent of each output that a seed stands for.
 * @throws GradcamError `bad-target` for a class that does not exist or a wrong count, `bad-input` for an unknown output
 */
export function cotangentsOf(
  backend: string,
  seed: Seed,
  score: string,
  { output, outputs }: Outputs,
): ReadonlyMap<string, Tensor> {
  if (seed !== 'top' && !Array.isArray(seed)) {
    const tensors = seed instanceof Map ? (seed as ReadonlyMap<string, Tensor>) : new Map([[score, seed as Tensor]]);
    for (const [name, { dims }] of tensors) {
      const like = name === score ? output : outputs.get(name);
      if (!like) {
        const names = [...new Set([score, ...outputs.keys()])].join(', ');
        throw new GradcamError(
          'bad-input',
          `${backend}: there is no output ${name} to pull back from; expected ${names}; name one of them`,
        );
      }
      if (sizeOf(dims) !== sizeOf(like.dims)) {
        throw new GradcamError(
          'bad-input',
          `${backend}: the cotangent of ${name} has dims [${dims}]; expected those of the output, [${like.dims}]`,
        );
      }
    }
    return tensors;
  }
  const [batch = 1, classes = 1] = output.dims;
  const rowOf = (n: number): Float32Array => output.data.subarray(n * classes, (n + 1) * classes);
  const chosen = seed === 'top' ? Array.from({ length: batch }, (_, n) => argmax(rowOf(n))) : (seed as number[]);
  if (chosen.length !== batch) {
    throw new GradcamError(
      'bad-target',
      `${backend}: ${chosen.length} classes for ${batch} samples; expected one per sample`,
    );
  }
  const data = new Float32Array(output.data.length);
  chosen.forEach((index, n) => {
    if (!Number.isInteger(index) || index < 0 || index >= classes) {
      throw new GradcamError(
        'bad-target',
        `${backend}: class ${index} does not exist; expected a whole number from 0 to ${classes - 1}`,
      );
    }
    // a lone unit decides by its sign: below zero the other side won
    data[n * classes + index] = seed === 'top' && classes === 1 && (output.data[n] ?? 0) < 0 ? -1 : 1;
  });
  return new Map([[score, { data, dims: output.dims }]]);
}
