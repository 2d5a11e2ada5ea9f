import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PresetName } from '@gradcam/core';
import type { InputFile } from '../input-files.ts';
import type { Notes } from './format.ts';
import type { TfjsFile } from './tfjs-file.ts';

/** `labels` and `preprocess` of the model's own metadata, or of Teachable Machine's metadata.json beside it. */
export async function notesOf(file: InputFile, { json }: TfjsFile): Promise<Notes> {
  const notes = new Map<string, { text: string; from: string }>();
  const teachable = join(dirname(file.path), 'metadata.json');
  const labels = labelsOf(await readFile(teachable, 'utf8').catch(() => ''));
  if (labels) {
    const from = join(dirname(file.shown), 'metadata.json');
    notes.set('labels', { text: JSON.stringify(labels), from });
    notes.set('preprocess', { text: 'teachable-machine' satisfies PresetName, from });
  }
  for (const [key, value] of Object.entries(json.userDefinedMetadata ?? {})) {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    notes.set(key, { text, from: `the metadata of ${file.shown}` });
  }
  return notes;
}

/** Undefined for a metadata.json of something else. */
function labelsOf(text: string): readonly string[] | undefined {
  try {
    const { labels } = JSON.parse(text) as { labels?: unknown };
    return Array.isArray(labels) && labels.every((label) => typeof label === 'string') ? labels : undefined;
  } catch {
    return undefined;
  }
}
