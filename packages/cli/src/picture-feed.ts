import { type Preprocess, preprocess } from '@gradcam/core';
import type { Feed } from './feed.ts';
import type { InputFile } from './input-files.ts';
import { readPicture } from './picture-file.ts';
import type { Preprocessing } from './preprocess.ts';

/** A picture file as the model wants it. @throws GradcamError `bad-picture` */
export async function pictureFeed(file: InputFile, { preprocess: settings, notices }: Preprocessing): Promise<Feed> {
  const picture = await readPicture(file);
  const { tensor, frame } = preprocess(picture, settings);
  return { tensor, size: sizeOf(settings), preprocess: settings, notices, frame, picture: () => picture };
}

const sizeOf = ({ width, height }: Preprocess) => ({ width, height });
