import { readFile } from 'node:fs/promises';
import { GradcamError, type Port } from '@gradcam/core';
import { suggestion } from './closest.ts';
import { FileError, fileReason } from './exit.ts';
import type { Io } from './io.ts';
import type { OpenModel } from './model-file.ts';
import { fileAt } from './operands.ts';
import type { Notice } from './result.ts';

const colours = ['rgb', 'bgr', 'gray'] as const;
const fits = ['stretch', 'cover', 'contain'] as const;

/** How pixels 0..255 become numbers: (pixel * scale - mean) / std per channel, in the order of `colours`. */
export interface Preprocess {
  readonly width: number;
  readonly height: number;
  /** `stretch` the picture to the size, `cover` it and cut off what is over, or `contain` it between black bars. */
  readonly fit: (typeof fits)[number];
  readonly colours: (typeof colours)[number];
  readonly scale: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

type Values = Pick<Preprocess, 'scale' | 'mean' | 'std'> & Partial<Pick<Preprocess, 'colours'>>;

const unit: Values = { scale: 1 / 255, mean: [0], std: [1] };

const presets: Readonly<Record<string, Values>> = {
  unit,
  signed: { scale: 1 / 127.5, mean: [1], std: [1] },
  raw: { scale: 1, mean: [0], std: [1] },
  imagenet: { scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
  caffe: { scale: 1, mean: [104, 117, 123], std: [1], colours: 'bgr' },
};

/** What `--preprocess` takes besides a file. */
export const presetNames: readonly string[] = Object.keys(presets);

const USUAL_SIZE = 224;

/** @throws GradcamError `bad-option`, FileError */
export async function preprocessFor(
  port: Port,
  given: string | undefined,
  notes: OpenModel['notes'],
  io: Io,
): Promise<{ readonly preprocess: Preprocess; readonly notices: readonly Notice[] }> {
  const [, channels, height, width] = port.dims;
  if (port.dims.length !== 4 || (channels !== 1 && channels !== 3 && channels !== null)) {
    throw new GradcamError(
      'bad-input',
      `the input ${port.name} has dims [${port.dims.map((dim) => dim ?? 'any').join(', ')}], no picture of 1 or 3 channels; feed a .npy file instead`,
    );
  }
  const base = {
    width: width ?? USUAL_SIZE,
    height: height ?? USUAL_SIZE,
    fit: 'cover' as const,
    colours: channels === 1 ? ('gray' as const) : ('rgb' as const),
  };
  const made = (spec: Partial<Preprocess>, from: string): Preprocess => {
    const preprocess = checked({ ...base, scale: 1, mean: [0], std: [1], ...spec }, from);
    const wanted = channels === 1 ? { colours: 'gray' as const } : {};
    return {
      ...preprocess,
      ...(width === null ? {} : { width: base.width }),
      ...(height === null ? {} : { height: base.height }),
      ...wanted,
    };
  };
  if (given !== undefined) {
    const preset = Object.hasOwn(presets, given) ? presets[given] : undefined;
    if (preset) return { preprocess: made(preset, given), notices: [] };
    if (!/[./\\]/.test(given)) {
      throw new GradcamError(
        'bad-option',
        `--preprocess is "${given}"; expected ${presetNames.join(', ')}, or a file like preprocess.json${suggestion(given, presetNames)}`,
      );
    }
    const file = fileAt(io, given);
    const text = await readFile(file.path, 'utf8').catch((error: unknown) => {
      throw new FileError(`cannot read the preprocessing ${given}: ${fileReason(error)}; give a preset or a JSON file`);
    });
    return { preprocess: made(parsed(text, given), given), notices: [] };
  }
  const note = notes.get('preprocess');
  if (note) return { preprocess: made(parsed(note.text, note.from), note.from), notices: [] };
  const guess = made(unit, 'the guess');
  const message = `the model does not say how it wants its pictures; took pixel / 255, ${guess.width} x ${guess.height}, ${guess.colours}; give --preprocess ${presetNames.join('|')} if that is wrong`;
  return { preprocess: guess, notices: [{ code: 'guessed-preprocess', message }] };
}

/** A preset's name or the JSON of a spec. */
function parsed(text: string, from: string): Partial<Preprocess> {
  const word = text.trim();
  if (Object.hasOwn(presets, word)) return presets[word] ?? {};
  try {
    const value: unknown = JSON.parse(word);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Partial<Preprocess>;
    if (typeof value === 'string' && Object.hasOwn(presets, value)) return presets[value] ?? {};
  } catch {}
  throw new FileError(
    `the preprocessing of ${from} is not understood; expected JSON like {"scale": 0.00392157, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}`,
  );
}

const isSize = (value: unknown): boolean =>
  Number.isInteger(value) && (value as number) > 0 && (value as number) <= 8192;
const isPerChannel = (value: unknown): boolean =>
  Array.isArray(value) && (value.length === 1 || value.length === 3) && value.every(Number.isFinite);

function checked(spec: Preprocess, from: string): Preprocess {
  const wrong = (what: string): FileError =>
    new FileError(`the preprocessing of ${from} has ${what}; see gradcam explain --help`);
  const known = ['width', 'height', 'fit', 'colours', 'scale', 'mean', 'std'];
  const strange = Object.keys(spec).find((key) => !known.includes(key));
  if (strange !== undefined) throw wrong(`"${strange}", which is none of ${known.join(', ')}`);
  if (!isSize(spec.width) || !isSize(spec.height)) throw wrong(`the size ${spec.width} x ${spec.height}`);
  if (!fits.includes(spec.fit)) throw wrong(`fit "${spec.fit}", expected ${fits.join(', ')}`);
  if (!colours.includes(spec.colours)) throw wrong(`colours "${spec.colours}", expected ${colours.join(', ')}`);
  if (!Number.isFinite(spec.scale)) throw wrong(`scale ${spec.scale}, expected a number`);
  if (!isPerChannel(spec.mean) || !isPerChannel(spec.std) || spec.std.includes(0))
    throw wrong('mean or std that are not lists of 1 or 3 numbers');
  return spec;
}
