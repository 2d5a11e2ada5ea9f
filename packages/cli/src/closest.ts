import { closest } from '@gradcam/core';

/** `; did you mean x?`, or nothing when no name is similar. */
export function suggestion(word: string, names: readonly string[]): string {
  const name = closest(word, names);
  return name === undefined ? '' : `; did you mean ${name}?`;
}
