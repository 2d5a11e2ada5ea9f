import { GradcamError } from '../errors.ts';
import type { Target } from '../target.ts';

/**
 * y = cosine similarity of the score, taken as an embedding, and `reference`: what makes the two alike. In [-1, 1]; 0 with a zero slope
 * when either is all zeros.
 * @throws GradcamError `bad-target`, when evaluated, unless both have the same length
 */
export function similarityTarget(reference: ArrayLike<number>): Target {
  const other = Float64Array.from(reference);
  const otherNorm = Math.sqrt(other.reduce((sum, value) => sum + value * value, 0));
  return {
    name: 'similarity',
    evaluate: ({ output: { data }, score }) => {
      if (data.length !== other.length) {
        throw new GradcamError(
          'bad-target',
          `the reference has ${other.length} values; expected ${data.length}, the length of ${score.output}`,
        );
      }
      const norm = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0));
      if (norm === 0 || otherNorm === 0) {
        const what = norm === 0 ? score.output : 'the reference';
        return { score: 0, slope: new Float32Array(data.length), flat: `${what} is all zeros, which has no direction` };
      }
      const cosine = other.reduce((sum, value, i) => sum + value * (data[i] ?? 0), 0) / (norm * otherNorm);
      // d cos / d e = (r / |r| - cos e / |e|) / |e|
      return {
        score: cosine,
        slope: data.map((value, i) => ((other[i] ?? 0) / otherNorm - (cosine * value) / norm) / norm),
      };
    },
  };
}
