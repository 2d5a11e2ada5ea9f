import { GradcamError } from '../errors.ts';
import { linear, type Target } from '../target.ts';
import { sizeOf } from '../tensor.ts';

/**
 * y = sum over positions of mask * output[index], for a score [classes, ...space]: why these pixels are of that class.
 * @param mask one number per position, 1 inside and 0 outside
 * @throws GradcamError `bad-target`, when evaluated, for an unknown class or a mask of another size
 */
export function segmentationTarget(index: number, mask: ArrayLike<number>): Target {
  return {
    name: `class ${index} inside a mask`,
    classOf: () => index,
    evaluate: (sample) => {
      const { output, score } = sample;
      const [classes = 0, ...space] = output.dims;
      const positions = sizeOf(space);
      if (!Number.isInteger(index) || index < 0 || index >= classes) {
        throw new GradcamError(
          'bad-target',
          `class ${index} does not exist: ${score.output} has ${classes}; expected 0 to ${classes - 1}`,
        );
      }
      if (mask.length !== positions) {
        throw new GradcamError(
          'bad-target',
          `the mask has ${mask.length} values; expected ${positions}, for [${space}]`,
        );
      }
      const slope = new Float32Array(output.data.length);
      slope.set(Float32Array.from(mask), index * positions);
      return linear(sample, slope);
    },
  };
}
