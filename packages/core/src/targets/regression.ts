import { GradcamError } from '../errors.ts';
import { linear, type Target } from '../target.ts';

/**
 * y = output[index], or -output[index] to ask what holds it down: one number of a regression, whatever its shape, by its row-major index.
 * @throws GradcamError `bad-target`, when evaluated, for an index out of range
 */
export function regressionTarget(index = 0, direction: 'up' | 'down' = 'up'): Target {
  return {
    name: `output ${index}${direction === 'down' ? ', down' : ''}`,
    evaluate: (sample) => {
      const { output, score } = sample;
      if (!Number.isInteger(index) || index < 0 || index >= output.data.length) {
        throw new GradcamError(
          'bad-target',
          `output ${index} does not exist: ${score.output} has ${output.data.length} values; expected a whole number from 0 to ${output.data.length - 1}`,
        );
      }
      const slope = new Float32Array(output.data.length);
      slope[index] = direction === 'up' ? 1 : -1;
      return linear(sample, slope);
    },
  };
}
