import { GradcamError } from '../errors.ts';
import { checkClass, linear, type Target } from '../target.ts';

/**
 * y = output[index] - strength * mean of output[others]: what speaks for one class and not for the others.
 * @throws GradcamError `bad-target` without others, when `index` is among them, or, when evaluated, for a class that does not exist
 */
export function contrastTarget(index: number, others: readonly number[], strength = 1): Target {
  if (others.length === 0 || others.includes(index)) {
    throw new GradcamError(
      'bad-target',
      `class ${index} cannot be told from [${others}]; expected one or more other classes`,
    );
  }
  return {
    name: `class ${index} against ${others.join(', ')}`,
    classOf: () => index,
    evaluate: (sample) => {
      for (const each of [index, ...others]) checkClass(sample, each);
      const slope = new Float32Array(sample.output.data.length);
      slope[index] = 1;
      for (const other of others) slope[other] = (slope[other] ?? 0) - strength / others.length;
      return linear(sample, slope);
    },
  };
}
