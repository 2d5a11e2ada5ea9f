import { readFile } from 'node:fs/promises';
import { GradcamError } from '@gradcam/core';
import { suggestion } from './closest.ts';
import { FileError, fileReason } from './exit.ts';
import type { InputFile } from './input-files.ts';

/**
 * Class names by index: a text file with one a line ("n01440764 tench, Tinca tinca" loses its WordNet id), a JSON array,
 * or a JSON object whose keys are the indices or whose values are.
 * @throws FileError, GradcamError `bad-option`
 */
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

/** @param from where the text comes from, for messages */
export function parseLabels(text: string, from: string): readonly string[] {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  if (!/^[[{]/.test(trimmed)) return trimmed === '' ? [] : trimmed.split(/\r?\n/).map(withoutId);
  let value: unknown;
  try {
    value = JSON.parse(trimmed);
  } catch {
    throw new FileError(
      `the labels ${from} begin like JSON, but are none; expected an array of names, or one name a line`,
    );
  }
  const labels = Array.isArray(value) ? value : fromObject(value as Record<string, unknown>);
  if (!labels?.every((label) => typeof label === 'string')) {
    throw new FileError(`the labels ${from} are not names; expected ["cat", "dog"] or {"0": "cat", "1": "dog"}`);
  }
  return labels;
}

/** {"0": "cat"}, {"cat": 0}, or Keras's {"0": ["n02123045", "tabby"]}; undefined where it is none of them. */
function fromObject(object: Record<string, unknown>): string[] | undefined {
  const labels: string[] = [];
  for (const [key, value] of Object.entries(object)) {
    const name = Array.isArray(value) ? value.at(-1) : value;
    const [index, label] = typeof name === 'number' ? [name, key] : [Number(key), name];
    if (!Number.isInteger(index) || index < 0 || index > 1e6 || typeof label !== 'string') return undefined;
    labels[index] = label;
  }
  return Array.from(labels, (label) => label ?? '');
}

const withoutId = (line: string): string => line.replace(/^n\d{8}\s+/, '').trim();

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
