import {
  contrastTarget,
  GradcamError,
  logProbabilityTarget,
  probabilityTarget,
  restTarget,
  type TargetOption,
} from '@gradcam/core';
import type { Arguments } from './arguments.ts';
import type { Option } from './command.ts';
import { classOf } from './labels.ts';

const kinds: Readonly<Record<string, (index: number | 'top') => TargetOption>> = {
  class: (index) => index,
  probability: probabilityTarget,
  'log-probability': logProbabilityTarget,
  rest: restTarget,
};

/** What is explained. */
export const targetOptions: Readonly<Record<string, Option>> = {
  target: { value: '<class>', help: 'What to explain: top (default), the index of a class, or its label.' },
  as: {
    value: '<kind>',
    help: 'By which number of the class: its score (class, the default), its probability, or score and probability (rest).',
    choices: Object.keys(kinds),
  },
  against: { value: '<class,...>', help: 'Explain the class against others: its score minus the mean of theirs.' },
};

/**
 * The class that a word means: `top`, an index, or a label.
 * @throws GradcamError `bad-target`
 */
export function classMeant(word: string, labels: readonly string[] | undefined): number | 'top' {
  if (word === 'top') return 'top';
  // A label that is a number ("7" of MNIST) names itself only where it is not also an index.
  if (/^-?\d+$/.test(word)) return Number(word);
  if (labels) return classOf(word, labels);
  throw new GradcamError(
    'bad-target',
    `the target "${word}" is a name, but there are no labels; give --labels <file>, top or an index`,
  );
}

/** The target that the options ask for. @throws GradcamError `bad-target`, `bad-option` */
export function targetOf({ values }: Arguments, labels: readonly string[] | undefined): TargetOption {
  const index = classMeant(values.get('target') ?? 'top', labels);
  const [kind, against] = [values.get('as'), values.get('against')];
  if (against === undefined) return kinds[kind ?? 'class']?.(index) ?? index;
  if (index === 'top' || kind !== undefined) {
    throw new GradcamError(
      'bad-option',
      `--against tells one class from others; expected --target <class> with it${kind === undefined ? '' : ', and no --as'}`,
    );
  }
  const others = against.split(',').map((word) => classMeant(word.trim(), labels));
  if (others.includes('top'))
    throw new GradcamError('bad-option', '--against wants classes by index or label, not top');
  return contrastTarget(index, others as number[]);
}
