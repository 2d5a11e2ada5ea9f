import { readFile } from 'node:fs/promises';
import { GradcamError, parseLabels } from '@gradcam/core';
import { suggestion } from './closest.ts';
import { FileError, fileReason } from './exit.ts';
import type { InputFile } from './input-files.ts';

/** Class names by index, in a file as `parseLabels` reads it. @throws FileError, GradcamError `bad-input` */
export async function readLabels({ path, shown }: InputFile): Promise<readonly string[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new FileError(
      `cannot read the labels ${shown}: ${fileReason(error)}; give a file of one name a line, or JSON`,
    );
  }
  const labels = parseLabels(text, shown);
  if (labels.length === 0)
    throw new FileError(`the labels ${shown} hold no names; expected one a line, or a JSON array`);
  return labels;
}

/** Names in one label: "tench, Tinca tinca" answers to all three. */
const namesOf = (label: string): readonly string[] =>
  [label, ...label.split(',')].map((name) => name.trim().toLowerCase());

/**
 * The class a label names: exactly, else as one of its comma-separated names, else as a part.
 * @throws GradcamError `bad-target` naming the candidates
 */
export function classOf(wanted: string, labels: readonly string[]): number {
  const word = wanted.trim().toLowerCase();
  const matching = (fits: (label: string) => boolean): number[] =>
    labels.flatMap((label, index) => (label !== '' && fits(label) ? [index] : []));
  const stages = [
    (label: string) => label.toLowerCase() === word,
    (label: string) => namesOf(label).includes(word),
    (label: string) => label.toLowerCase().includes(word),
  ];
  for (const stage of stages) {
    const found = matching(stage);
    if (found.length === 1) return found[0] ?? 0;
    if (found.length > 1) {
      const shown = found.slice(0, 8).map((index) => `${index} "${labels[index]}"`);
      const more = found.length > shown.length ? ` and ${found.length - shown.length} more` : '';
      throw new GradcamError(
        'bad-target',
        `the target "${wanted}" fits ${found.length} classes: ${shown.join(', ')}${more}; give the index of one`,
      );
    }
  }
  throw new GradcamError(
    'bad-target',
    `no class is called "${wanted}"${
      suggestion(
        wanted,
        labels.flatMap((label) => [label, ...label.split(', ')]),
      ) || `; expected top, an index, or one of ${labels.length} labels like "${labels[0]}"`
    }`,
  );
}
