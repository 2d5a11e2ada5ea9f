import { GradcamError } from '../errors.ts';
import { linear, type Target } from '../target.ts';

/**
 * y = sum_i weights[i] * output[i], over all values of the score in row-major order: regression outputs, logit differences, anything linear.
 * @throws GradcamError `bad-target`, when evaluated, unless there is one weight per value
 */
export function linearTarget(weights: ArrayLike<number>, name = 'weighted sum'): Target {
  const slope = Float32Array.from(weights);
  return {
    name,
    evaluate: (sample) => {
      const { output, score } = sample;
      if (output.data.length !== slope.length) {
        throw new GradcamError(
          'bad-target',
          `"${name}" has ${slope.length} weights; expected ${output.data.length}, one per value of ${score.output}`,
        );
      }
      return linear(sample, slope);
    },
  };
}
