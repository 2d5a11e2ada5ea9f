import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { FileError, fileReason } from '../exit.ts';
import type { InputFile } from '../input-files.ts';

/**
 * A file in the model's folder or below, by a name that the library found harmless; a link that leads out of the folder is not followed.
 * @throws FileError
 */
export async function weightsBeside(model: InputFile, name: string): Promise<Uint8Array> {
  const what = `the weights ${name} of ${model.shown}`;
  const remedy = 'expected that file in the folder of the model';
  const path = join(dirname(model.path), name);
  const folder = await realpath(dirname(model.path));
  const real = await realpath(path).catch((error: unknown) => {
    throw new FileError(`cannot read ${what}: ${fileReason(error)}; ${remedy}`);
  });
  if (!real.startsWith(folder.endsWith(sep) ? folder : folder + sep))
    throw new FileError(`will not read ${what}: it is a link out of the folder; ${remedy}`);
  if (!(await stat(real)).isFile()) throw new FileError(`cannot read ${what}: it is no file; ${remedy}`);
  return readFile(real).catch((error: unknown) => {
    throw new FileError(`cannot read ${what}: ${fileReason(error)}; ${remedy}`);
  });
}
