import { readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { GradcamError, type Model } from '@gradcam/core';
import { FileError, fileReason } from './exit.ts';
import type { InputFile } from './input-files.ts';

/** Where a model may run, by the words of `--runtime`. */
export type Runtime = 'node' | 'wasm' | 'cpu';

export const runtimes: readonly Runtime[] = ['node', 'wasm', 'cpu'];

/** A model and what its author wrote down about it. */
export interface OpenModel {
  readonly model: Model;
  /** Values by key: the file's own metadata, else `preprocess.json` (or transformers' `preprocessor_config.json`) and `labels.json` (or .txt) beside it. */
  readonly notes: ReadonlyMap<string, { readonly text: string; readonly from: string }>;
}

interface Format {
  readonly extension: string;
  readonly runtimes: readonly Runtime[];
  open(file: InputFile, runtime: Runtime): Promise<{ model: Model; metadata: ReadonlyMap<string, string> }>;
}

const onnx: Format = {
  extension: '.onnx',
  runtimes: ['node', 'wasm'],
  async open(file, runtime) {
    const bytes = await read(file);
    const { fromOnnx } = await import('@gradcam/onnx');
    // Never both: in one process they share one registry of backends.
    const ort = runtime === 'wasm' ? await import('onnxruntime-web') : await import('onnxruntime-node');
    const model = await fromOnnx(bytes, ort);
    return { model, metadata: model.metadata };
  },
};

const formats: readonly Format[] = [onnx];

/**
 * Opens a model by the ending of its name.
 * @throws GradcamError, FileError
 */
export async function openModel(file: InputFile, runtime: string | undefined): Promise<OpenModel> {
  const format = formats.find(({ extension }) => extname(file.path).toLowerCase() === extension);
  if (!format) {
    const endings = formats.map(({ extension }) => extension).join(' or ');
    throw new FileError(
      `${file.shown} is not a model that can be opened here; expected a file that ends in ${endings}`,
    );
  }
  const chosen = (runtime as Runtime | undefined) ?? format.runtimes[0] ?? 'node';
  if (!format.runtimes.includes(chosen)) {
    throw new GradcamError(
      'bad-option',
      `--runtime ${chosen} does not run ${format.extension} files; expected ${format.runtimes.join(' or ')}`,
    );
  }
  const { model, metadata } = await format.open(file, chosen).catch((error: unknown) => {
    throw error instanceof GradcamError
      ? new GradcamError(error.code, `${file.shown}: ${error.message}`, { cause: error })
      : error;
  });
  const inside = [...metadata].map(([key, text]) => [key, { text, from: `the metadata of ${file.shown}` }] as const);
  return { model, notes: new Map([...(await beside(file)), ...inside]) };
}

async function read(file: InputFile): Promise<Uint8Array> {
  try {
    return await readFile(file.path);
  } catch (error) {
    throw new FileError(`cannot read the model ${file.shown}: ${fileReason(error)}; give the path of a .onnx file`);
  }
}

/** What a file next to the model tells; of two about the same the later one counts. */
const notesBeside = [
  ['labels.txt', 'labels'],
  ['labels.json', 'labels'],
  ['preprocessor_config.json', 'preprocess'],
  ['preprocess.json', 'preprocess'],
] as const;

/** Notes in files next to the model. */
async function beside(file: InputFile): Promise<Map<string, { text: string; from: string }>> {
  const notes = new Map<string, { text: string; from: string }>();
  for (const [name, key] of notesBeside) {
    const text = await readFile(join(dirname(file.path), name), 'utf8').catch(() => undefined);
    if (text !== undefined) notes.set(key, { text, from: join(dirname(file.shown), name) });
  }
  return notes;
}
