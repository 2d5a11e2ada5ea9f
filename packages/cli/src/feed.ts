import { type Frame, GradcamError, type Model, type Pixels, type Size, type Tensor } from '@gradcam/core';
import { arrayFeed } from './array-feed.ts';
import { type InputFile, isNpy } from './input-files.ts';
import type { Io } from './io.ts';
import type { OpenModel } from './model-file.ts';
import { pictureFeed } from './picture-feed.ts';
import { preprocessing } from './preprocess.ts';
import type { Notice } from './result.ts';

/** One file as the model takes it, and the way back from its maps to its pixels. */
export interface Feed {
  /** [N, C, H, W] */
  readonly tensor: Tensor;
  /** Of the heatmap: what the model saw. */
  readonly size: Size;
  /** For the report: what was done to the picture; null for arrays. */
  readonly preprocess: unknown;
  readonly notices: readonly Notice[];
  /** What the model saw of the picture; undefined: all of it. */
  readonly frame: Frame | undefined;
  /** What the map is laid over. */
  picture(sample: number): Pixels;
}

/** Makes feeds for one model. */
export interface Feeder {
  feed(file: InputFile): Promise<Feed>;
}

/** @throws GradcamError `bad-option`, FileError: for pictures, only once the first is to be fed */
export function feederOf(model: Model, given: string | undefined, notes: OpenModel['notes'], io: Io): Feeder {
  const [port] = model.inputs;
  if (!port || model.inputs.length > 1) {
    const names = model.inputs.map(({ name }) => name).join(', ');
    throw new GradcamError(
      'unsupported-model',
      `the model has ${model.inputs.length} inputs (${names}), but the command feeds one; use the library`,
    );
  }
  const found = preprocessing(port, given, notes, io);
  // Reported when a picture asks for it; arrays never do.
  found.catch(() => undefined);
  return {
    feed: async (file) => {
      if (isNpy(file.path)) return arrayFeed(port, file);
      return pictureFeed(file, await found);
    },
  };
}
