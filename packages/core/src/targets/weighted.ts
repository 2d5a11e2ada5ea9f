import { GradcamError } from '../errors.ts';
import type { Target } from '../target.ts';

/** A target and what it counts. */
export type Weighted = readonly [target: Target, weight: number];

/**
 * y = sum of weight * target: several questions as one. A target that settles (its top class, its rivals) settles in the sum too.
 * @throws GradcamError `bad-target` without targets, or, when evaluated, what they throw
 */
export function weightedTarget(parts: readonly Weighted[]): Target {
  if (parts.length === 0)
    throw new GradcamError('bad-target', 'there are no targets to add up; expected one or more, each with its weight');
  return {
    name: parts.map(([{ name }, weight]) => `${weight} * ${name}`).join(' + '),
    settle: (sample) => weightedTarget(parts.map(([target, weight]) => [target.settle?.(sample) ?? target, weight])),
    evaluate: (sample) => {
      let score = 0;
      const slopes = new Map<string, Float32Array>();
      for (const [target, weight] of parts) {
        const one = target.evaluate(sample);
        score += weight * one.score;
        const by = one.slope instanceof Float32Array ? new Map([[sample.score.output, one.slope]]) : one.slope;
        for (const [name, values] of by) {
          const sum = slopes.get(name) ?? new Float32Array(values.length);
          values.forEach((value, i) => {
            sum[i] = (sum[i] ?? 0) + weight * value;
          });
          slopes.set(name, sum);
        }
      }
      return { score, slope: slopes };
    },
  };
}
