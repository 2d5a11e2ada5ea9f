import { stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { GradcamError } from '@gradcam/core';
import type { Arguments } from './arguments.ts';
import type { InputFile } from './input-files.ts';
import type { Io } from './io.ts';
import { fileAt } from './operands.ts';

const PICTURE = /\.(png|jpe?g|webp)$/i;

/** Where an explanation's files go. */
export interface Outputs {
  /** The overlay of the input that is called `stem`; undefined where none is wanted. */
  picture(stem: string): InputFile | undefined;
  /** @throws GradcamError `bad-option` when so many results do not fit `--out` */
  hold(count: number): void;
  /** The folder of its arrays. */
  arrays(stem: string): InputFile | undefined;
  /** `-` is stdout. */
  readonly json: InputFile | '-' | undefined;
}

/**
 * What `--out`, `--json` and `--npy` ask for; a picture in the current folder when they ask for nothing.
 * @param count of inputs
 * @throws GradcamError `bad-option`
 */
export async function outputsOf(
  args: Arguments,
  io: Io,
  inputs: readonly InputFile[],
  count: number,
): Promise<Outputs> {
  const out = args.values.get('out');
  const json = args.values.get('json');
  const npy = args.values.get('npy');
  const folder = (shown: string, stem: string): InputFile => fileAt(io, join(shown, stem));
  const file = out !== undefined && PICTURE.test(out) && !(await isFolder(fileAt(io, out).path));
  const hold = (results: number): void => {
    if (!file || results <= 1) return;
    throw new GradcamError(
      'bad-option',
      `--out ${out} is one file, but there are ${results} results; expected a folder`,
    );
  };
  hold(count);
  if (out !== undefined && !file && /^\.\w{1,5}$/.test(extname(out)) && !(await isFolder(fileAt(io, out).path))) {
    throw new GradcamError(
      'bad-option',
      `--out ${out} is no kind of picture that is written; expected .png, .jpg, .webp or a folder`,
    );
  }
  const picture = (stem: string): InputFile | undefined => {
    if (out === undefined)
      return json === undefined && npy === undefined ? fileAt(io, `${stem}-gradcam.png`) : undefined;
    return file ? fileAt(io, out) : folder(out, `${stem}.png`);
  };
  return {
    hold,
    picture: (stem) => {
      const target = picture(stem);
      const over = target && inputs.find(({ path }) => path === target.path);
      if (over) {
        throw new GradcamError(
          'bad-option',
          `--out ${out} would overwrite the input ${over.shown}; give another file or folder`,
        );
      }
      return target;
    },
    arrays: (stem) => (npy === undefined ? undefined : folder(npy, stem)),
    json: json === undefined || json === '-' ? json : fileAt(io, json),
  };
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
}
