import { GradcamError } from './errors.ts';
import type { Score } from './model.ts';
import type { Tensor } from './tensor.ts';

/** What a model said about one sample, without the batch axis. */
export interface Sample {
  /** The score: logits [classes] for a classifier. */
  readonly output: Tensor;
  readonly outputs: ReadonlyMap<string, Tensor>;
  readonly score: Score;
}

/** A scalar y of a sample's outputs, and how it changes with them: dy/d output, or dy/d each of several outputs by name (missing = zero). */
export interface Evaluation {
  readonly score: number;
  readonly slope: Float32Array | ReadonlyMap<string, Float32Array>;
  /** Why the slope is all but zero here, where the target knows: "the probability of class 3 is 1.0000000". */
  readonly flat?: string;
}

/** What is explained: a pure function of one sample's outputs. */
export interface Target {
  readonly name: string;
  readonly evaluate: (sample: Sample) => Evaluation;
  /** The class it speaks of, where there is one. */
  readonly classOf?: (sample: Sample) => number;
  /** Set only by a plain class score: lets the backend choose the class at run time, in the same pass. */
  readonly seed?: number | 'top';
  /** The same question for changed inputs: what the sample decides (its top class, its rivals) is decided once and stays. */
  readonly settle?: (sample: Sample) => Target;
}

/** How many classes the sample's score has. @throws GradcamError `bad-target` when it has a score per position */
export function classesOf({ output, score }: Sample): number {
  const classes = output.dims[0] ?? 1;
  if (output.data.length !== classes) {
    throw new GradcamError(
      'bad-target',
      `${score.output} has dims [N, ${output.dims.join(', ')}], a score for each position and not for each class; expected a target that says which positions count`,
    );
  }
  return classes;
}

/** @throws GradcamError `bad-target` unless `index` is one of the sample's classes; the message states the range */
export function checkClass(sample: Sample, index: number): void {
  const classes = classesOf(sample);
  if (Number.isInteger(index) && index >= 0 && index < classes) return;
  throw new GradcamError(
    'bad-target',
    `class ${index} does not exist: ${sample.score.output} has ${classes} classes; expected a whole number from 0 to ${classes - 1}`,
  );
}

/** y = sum_i slope[i] * output[i]: a target whose slope does not depend on the output. A slope of zero silences its value, whatever that is. */
export function linear({ output }: Sample, slope: Float32Array): Evaluation {
  return { score: slope.reduce((sum, by, i) => (by === 0 ? sum : sum + by * (output.data[i] ?? 0)), 0), slope };
}

/** The index of the largest value, the first of equals. */
export function argmax(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] ?? 0) > (values[best] ?? 0)) best = i;
  return best;
}
