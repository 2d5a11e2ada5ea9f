import { GradcamError } from '../errors.ts';
import { linear, type Target } from '../target.ts';
import { sizeOf } from '../tensor.ts';

/** Where a raw detector keeps the numbers of one anchor, before non-maximum suppression. */
export interface Anchor {
  /** Index along `axis` of the sample's output: 0-based, without the batch. */
  readonly anchor: number;
  readonly axis: 0 | 1;
  /** Indices along the other axis whose values are added: a class score, an objectness, box coordinates. */
  readonly values: readonly number[];
}

const within = (index: number, limit: number): boolean => Number.isInteger(index) && index >= 0 && index < limit;

/**
 * y = sum of chosen values of one raw anchor, for a score [anchors, values] (`axis` 0) or [values, anchors] (`axis` 1): the class score, or
 * the box, of one detection.
 * @throws GradcamError `bad-target`, when evaluated, for another shape or an index out of range
 */
export function detectionTarget({ anchor, axis, values }: Anchor): Target {
  return {
    name: `values ${values.join(', ')} of anchor ${anchor}`,
    evaluate: (sample) => {
      const { output, score } = sample;
      const { dims } = output;
      const [rows = 0, columns = 0] = dims;
      const [anchors, count] = axis === 0 ? [rows, columns] : [columns, rows];
      if (
        dims.length !== 2 ||
        values.length === 0 ||
        !within(anchor, anchors) ||
        !values.every((value) => within(value, count))
      ) {
        throw new GradcamError(
          'bad-target',
          `anchor ${anchor} with values [${values}] is not in ${score.output} of dims [N, ${dims.join(', ')}]; expected an anchor below ${anchors} and values below ${count}`,
        );
      }
      const slope = new Float32Array(sizeOf(dims));
      for (const value of values) {
        const at = axis === 0 ? anchor * columns + value : value * columns + anchor;
        slope[at] = (slope[at] ?? 0) + 1;
      }
      return linear(sample, slope);
    },
  };
}
