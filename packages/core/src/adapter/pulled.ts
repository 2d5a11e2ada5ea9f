import { GradcamError } from '../errors.ts';
import type { Score, Seed } from '../model.ts';
import type { Tensor } from '../tensor.ts';

/** A seed, checked. */
export type Pulled =
  | { readonly kind: 'class'; readonly classes: readonly number[] }
  | { readonly kind: 'cotangent'; readonly tensors: ReadonlyMap<string, Tensor> };

/** Each sample's own top class. */
export const OWN_TOP = -1;

/**
 * @param classes how many classes the score has; null where that is not known
 * @throws GradcamError `bad-target` for a class out of range or a wrong count, `bad-input` for an unknown output
 */
export function pulledBy(
  backend: string,
  seed: Seed,
  batch: number,
  score: Score,
  classes: number | null,
  outputs: readonly string[],
): Pulled {
  if (seed === 'top') return { kind: 'class', classes: new Array<number>(batch).fill(OWN_TOP) };
  if (Array.isArray(seed)) {
    const list = seed as readonly number[];
    if (list.length !== batch)
      throw new GradcamError(
        'bad-target',
        `${backend}: ${list.length} classes for ${batch} samples; expected one per sample`,
      );
    for (const index of list) {
      if (!Number.isInteger(index) || index < 0 || (classes !== null && index >= classes)) {
        throw new GradcamError(
          'bad-target',
          `${backend}: class ${index} does not exist; expected a whole number from 0 to ${classes === null ? 'the number of classes' : classes - 1}`,
        );
      }
    }
    return { kind: 'class', classes: list };
  }
  const tensors =
    seed instanceof Map ? (seed as ReadonlyMap<string, Tensor>) : new Map([[score.output, seed as Tensor]]);
  for (const name of tensors.keys()) {
    if (name !== score.output && !outputs.includes(name)) {
      throw new GradcamError(
        'bad-input',
        `${backend}: the model has no output ${name} to pull a cotangent back from; expected ${[...new Set([score.output, ...outputs])].join(', ')}`,
      );
    }
  }
  if (tensors.size === 0)
    throw new GradcamError(
      'bad-input',
      `${backend}: the seed is an empty map; expected a cotangent for at least one output`,
    );
  return { kind: 'cotangent', tensors };
}
