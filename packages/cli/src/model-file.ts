import { extname } from 'node:path';
import { GradcamError } from '@gradcam/core';
import { FileError } from './exit.ts';
import type { Format, OpenModel, Runtime } from './formats/format.ts';
import { onnx } from './formats/onnx.ts';
import { tfjs } from './formats/tfjs.ts';
import type { InputFile } from './input-files.ts';
import { notesBeside } from './notes-beside.ts';

export { type OpenModel, type Runtime, runtimes } from './formats/format.ts';

const formats: readonly Format[] = [onnx, tfjs];

/**
 * Opens a model by the ending of its name. Its notes are its own, else those of the files beside it.
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
  const opened = await format.open(file, chosen).catch((error: unknown) => {
    throw error instanceof GradcamError && !error.message.includes(file.shown)
      ? new GradcamError(error.code, `${file.shown}: ${error.message}`, { cause: error })
      : error;
  });
  return { ...opened, notes: new Map([...(await notesBeside(file)), ...opened.notes]) };
}
