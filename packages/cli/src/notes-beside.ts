import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Notes } from './formats/format.ts';
import type { InputFile } from './input-files.ts';

interface Note {
  readonly key: 'labels' | 'preprocess';
  readonly text: string;
}

/** transformers' config.json names the classes in `id2label`, timm's in `label_names`; timm's says too how pictures are prepared. */
function configNotes(text: string): readonly Note[] {
  try {
    const { id2label, label_names: names, pretrained_cfg: timm } = JSON.parse(text) as Record<string, unknown>;
    const labels = id2label ?? names;
    return [
      ...(labels ? [{ key: 'labels', text: JSON.stringify(labels) } as const] : []),
      ...(timm ? [{ key: 'preprocess', text } as const] : []),
    ];
  } catch {
    // A config.json of somebody else.
    return [];
  }
}

const only =
  (key: Note['key']) =>
  (text: string): readonly Note[] => [{ key, text }];

/** What a file tells; of two about the same the later one counts. */
const tellers: readonly (readonly [name: string, notes: (text: string) => readonly Note[]])[] = [
  ['config.json', configNotes],
  ['preprocessor_config.json', only('preprocess')],
  ['labels.txt', only('labels')],
  ['labels.json', only('labels')],
  ['preprocess.json', only('preprocess')],
];

/** Notes in files next to the model, and above it where it lies in a folder `onnx`, as the exports of transformers do. */
export async function notesBeside(file: InputFile): Promise<Notes> {
  const folder = { path: dirname(file.path), shown: dirname(file.shown) };
  const above = { path: dirname(folder.path), shown: join(folder.shown, '..') };
  const notes = new Map<string, { text: string; from: string }>();
  for (const { path, shown } of basename(folder.path) === 'onnx' ? [above, folder] : [folder]) {
    for (const [name, told] of tellers) {
      const content = await readFile(join(path, name), 'utf8').catch(() => undefined);
      if (content === undefined) continue;
      for (const { key, text } of told(content)) notes.set(key, { text, from: join(shown, name) });
    }
  }
  return notes;
}
