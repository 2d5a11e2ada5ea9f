import { GradcamError } from '../errors.ts';
import type { Target } from '../target.ts';

/** The side of a lone unit: y = output for `yes`, -output for `no`. @throws GradcamError `bad-target`, when evaluated, for more units */
export function binaryTarget(yes: boolean): Target {
  return {
    name: yes ? 'yes' : 'no',
    evaluate: ({ output, score }) => {
      if (output.data.length !== 1) {
        throw new GradcamError(
          'bad-target',
          `${score.output} has ${output.data.length} values; a binary target expects one; use a class`,
        );
      }
      const sign = yes ? 1 : -1;
      return { score: sign * (output.data[0] ?? 0), slope: Float32Array.of(sign) };
    },
  };
}
