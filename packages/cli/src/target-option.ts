import { GradcamError } from '@gradcam/core';
import { classOf } from './labels.ts';

/**
 * The class that `--target` means: `top`, an index, or a label.
 * @throws GradcamError `bad-target`
 */
export function targetOf(word: string, labels: readonly string[] | undefined): number | 'top' {
  if (word === 'top') return 'top';
  // A label that is a number ("7" of MNIST) names itself only where it is not also an index.
  if (/^-?\d+$/.test(word)) return Number(word);
  if (labels) return classOf(word, labels);
  throw new GradcamError(
    'bad-target',
    `the target "${word}" is a name, but there are no labels; give --labels <file>, top or an index`,
  );
}
