import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { FileError, fileReason } from './exit.ts';

const PICTURES = ['.jpg', '.jpeg', '.jfif', '.png', '.webp', '.gif', '.avif', '.tif', '.tiff'];

/** How a path is named in messages and results, and where it is. */
export interface InputFile {
  readonly shown: string;
  readonly path: string;
}

export const isNpy = (path: string): boolean => extname(path).toLowerCase() === '.npy';

/**
 * The files to explain: files as they are given, folders as the pictures in them, sorted by name, sub-folders left out.
 * @throws FileError for a path that is not there, or a folder without pictures
 */
export async function inputFiles(inputs: readonly InputFile[]): Promise<readonly InputFile[]> {
  const found: InputFile[] = [];
  for (const input of inputs) {
    try {
      const info = await stat(input.path);
      if (info.isDirectory()) found.push(...(await picturesIn(input)));
      else found.push(input);
    } catch (error) {
      if (error instanceof FileError) throw error;
      throw new FileError(`cannot read ${input.shown}: ${fileReason(error)}; give a picture, a .npy file or a folder`);
    }
  }
  return found;
}

async function picturesIn(folder: InputFile): Promise<InputFile[]> {
  const names = (await readdir(folder.path, { withFileTypes: true }))
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .filter((name) => PICTURES.includes(extname(name).toLowerCase()))
    .toSorted();
  if (names.length === 0) {
    throw new FileError(
      `the folder ${folder.shown} holds no pictures; expected files that end in ${PICTURES.join(', ')}`,
    );
  }
  return names.map((name) => ({ shown: join(folder.shown, name), path: join(folder.path, name) }));
}

/** One name for each input: its stem, numbered where equal ("cat", "cat-2", "cat-3"). */
export class Stems {
  readonly #taken = new Set<string>();

  next(path: string): string {
    const [file = ''] = path.split(/[\\/]/).slice(-1);
    const stem = file.replace(/\.[^.]+$/, '') || file;
    let name = stem;
    for (let number = 2; this.#taken.has(name.toLowerCase()); number++) name = `${stem}-${number}`;
    this.#taken.add(name.toLowerCase());
    return name;
  }
}
