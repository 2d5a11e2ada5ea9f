import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FileError, fileReason } from './exit.ts';

/**
 * A file that is there whole or not at all: written under another name in its folder (made if need be), then renamed.
 * @throws FileError where it cannot be written
 */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const folder = dirname(path);
  const draft = join(folder, `.${basename(path)}.${process.pid}.part`);
  try {
    await mkdir(folder, { recursive: true });
    try {
      await writeFile(draft, content);
      await rename(draft, path);
    } finally {
      await rm(draft, { force: true });
    }
  } catch (error) {
    throw new FileError(`cannot write ${path}: ${fileReason(error)}; give another place for the output`, {
      cause: error,
    });
  }
}
