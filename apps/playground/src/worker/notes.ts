import { GradcamError, type PresetName, parseLabels } from '@gradcam/onnx';

/** What a model's author wrote down about it. */
export interface Notes {
  readonly labels?: readonly string[];
  readonly preprocess?: { readonly config: object | PresetName; readonly from: string };
}

type Values = Readonly<Record<string, unknown>>;

/** What is said under a key, be it a model's own metadata or a file's name. */
const tellers: Readonly<Record<string, (text: string, from: string) => Notes>> = {
  labels: (text, from) => ({ labels: parseLabels(text, from) }),
  preprocess: (text, from) => ({ preprocess: { config: configIn(text, from), from } }),
  'labels.txt': (text, from) => ({ labels: parseLabels(text, from) }),
  'labels.json': (text, from) => ({ labels: parseLabels(text, from) }),
  'preprocess.json': (text, from) => ({ preprocess: { config: configIn(text, from), from } }),
  'preprocessor_config.json': (text, from) => ({ preprocess: { config: configIn(text, from), from } }),
  'config.json': (text, from) => {
    const { id2label, label_names: names, pretrained_cfg: timm } = configIn(text, from) as Values;
    const labels = id2label ?? names;
    return {
      ...(labels ? { labels: parseLabels(JSON.stringify(labels), from) } : {}),
      ...(timm ? { preprocess: { config: { pretrained_cfg: timm }, from } } : {}),
    };
  },
  'metadata.json': (text, from) => {
    const { labels } = configIn(text, from) as Values;
    return Array.isArray(labels)
      ? { labels: parseLabels(JSON.stringify(labels), from), preprocess: { config: 'teachable-machine', from } }
      : {};
  },
};

/** Whether a file that was dropped with a model tells something about it. */
export const isNote = ({ name }: File): boolean => Object.hasOwn(tellers, name);

/** A preset's name is judged by the library. */
function configIn(text: string, from: string): object | PresetName {
  try {
    const value: unknown = JSON.parse(text);
    if ((typeof value === 'object' && value !== null) || typeof value === 'string') return value as object | PresetName;
  } catch {
    // a preset's name needs no quotes
    if (/^[\w-]+$/.test(text.trim())) return text.trim() as PresetName;
  }
  throw new GradcamError('bad-input', `${from} is not understood; expected JSON, or the name of a preset`);
}

/** The notes in a model's metadata. */
export function notesIn(metadata: ReadonlyMap<string, string>, file: string): Notes {
  const told = ['labels', 'preprocess'].map((key) => {
    const text = metadata.get(key);
    return text === undefined ? {} : (tellers[key]?.(text, `the metadata of ${file}`) ?? {});
  });
  return Object.assign({}, ...told) as Notes;
}

/** The notes in files that were dropped with a model. */
export async function notesBeside(files: readonly File[]): Promise<Notes> {
  const told = await Promise.all(
    files.filter(isNote).map(async (file) => tellers[file.name]?.(await file.text(), file.name) ?? {}),
  );
  return Object.assign({}, ...told) as Notes;
}
