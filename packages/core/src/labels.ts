import { GradcamError } from './errors.ts';

/**
 * Class names by index, as people keep them: one a line ("n01440764 tench, Tinca tinca" loses its WordNet id), a JSON array, or a JSON object
 * whose keys are the indices or whose values are.
 * @param from where the text comes from, for messages
 * @throws GradcamError `bad-input`
 */
export function parseLabels(text: string, from: string): readonly string[] {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  if (!/^[[{]/.test(trimmed)) return trimmed === '' ? [] : trimmed.split(/\r?\n/).map(withoutId);
  let value: unknown;
  try {
    value = JSON.parse(trimmed);
  } catch {
    throw new GradcamError(
      'bad-input',

      `the labels ${from} begin like JSON, but are none; expected an array of names, or one name a line`,
    );
  }
  const labels = Array.isArray(value) ? value : fromObject(value as Record<string, unknown>);
  if (!labels?.every((label) => typeof label === 'string')) {
    throw new GradcamError(
      'bad-input',
      `the labels ${from} are not names; expected ["cat", "dog"] or {"0": "cat", "1": "dog"}`,
    );
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
