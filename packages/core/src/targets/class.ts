import { argmax, checkClass, classesOf, type Evaluation, linear, type Sample, type Target } from '../target.ts';

/** y = sign * output[index]. */
function evaluate(sample: Sample, index: number, sign: 1 | -1): Evaluation {
  const slope = new Float32Array(sample.output.data.length);
  slope[index] = sign;
  return linear(sample, slope);
}

function oneClass(index: number): Target {
  const checked = (sample: Sample): number => {
    checkClass(sample, index);
    return index;
  };
  return {
    name: `class ${index}`,
    seed: index,
    classOf: checked,
    evaluate: (sample) => evaluate(sample, checked(sample), 1),
  };
}

const notClass: Target = { name: 'not class 0', evaluate: (sample) => evaluate(sample, 0, -1) };

/** A lone unit decides by its sign: below zero the model says no, and that is what is explained. */
function topOf(sample: Sample): Target {
  return classesOf(sample) === 1 && (sample.output.data[0] ?? 0) < 0 ? notClass : oneClass(argmax(sample.output.data));
}

const topClass: Target = {
  name: 'top',
  seed: 'top',
  settle: topOf,
  evaluate: (sample) => topOf(sample).evaluate(sample),
};

/**
 * The score of one class, y = output[index]; `top` is each sample's own best, and of a lone unit the side it decided for (-output below 0).
 * @throws GradcamError `bad-target`, when evaluated, for a class that the model does not have
 */
export function classTarget(index: number | 'top'): Target {
  return index === 'top' ? topClass : oneClass(index);
}
