import { GradcamError, type Model, type Preprocess, preprocessFor } from '@gradcam/onnx';
import type { Preparation } from '../protocol.ts';
import type { Notes } from './notes.ts';

export interface Prepared {
  readonly settings: Preprocess;
  /** For people: who says so. */
  readonly why: string;
}

/** How the model wants its pictures: as asked, else as its author wrote down, else guessed. @throws GradcamError `bad-input`, `bad-option` */
export function prepared({ backend, inputs: [port] }: Model, { preprocess }: Notes, asked: Preparation): Prepared {
  if (!port) throw new GradcamError('unsupported-model', `${backend}: the model has no input; expected a picture`);
  if (asked !== 'auto') return { settings: preprocessFor(port, asked), why: 'chosen by you' };
  if (preprocess) return { settings: preprocessFor(port, preprocess.config), why: `as ${preprocess.from} says` };
  return {
    settings: preprocessFor(port),
    why: 'guessed, since the model does not say; if its predictions look wrong, choose another',
  };
}
