import type { Model } from '@gradcam/core';
import type { InputFile } from '../input-files.ts';

/** Where a model may run, by the words of `--runtime`. */
export type Runtime = 'node' | 'wasm' | 'cpu';

export const runtimes: readonly Runtime[] = ['node', 'wasm', 'cpu'];

/** What a model's author wrote down about it: `labels` or `preprocess`, and where it stood, for messages. */
export type Notes = ReadonlyMap<string, { readonly text: string; readonly from: string }>;

export interface OpenModel {
  readonly model: Model;
  readonly notes: Notes;
  /** Disposes of the model and all it was made of. */
  readonly close: () => Promise<void>;
}

/** A kind of file that holds a model. */
export interface Format {
  /** How its name ends. */
  readonly extension: string;
  /** What runs it; the first by default. */
  readonly runtimes: readonly Runtime[];
  /** @throws GradcamError, FileError */
  open(file: InputFile, runtime: Runtime): Promise<OpenModel>;
}
