import { parseLabels } from '@gradcam/core';
import type { Io } from './io.ts';
import { readLabels } from './labels.ts';
import type { OpenModel } from './model-file.ts';
import { fileAt } from './operands.ts';

/** The labels of `--labels`, else those that the model or a file beside it holds. @throws FileError */
export async function labelsFor(
  given: string | undefined,
  notes: OpenModel['notes'],
  io: Io,
): Promise<readonly string[] | undefined> {
  if (given !== undefined) return readLabels(fileAt(io, given));
  const note = notes.get('labels');
  return note && parseLabels(note.text, note.from);
}
