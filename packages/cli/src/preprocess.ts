import { readFile } from 'node:fs/promises';
import { GradcamError, type Port, type Preprocess, type PresetName, preprocessFor, presetNames } from '@gradcam/core';
import { suggestion } from './closest.ts';
import { FileError, fileReason, oneLine } from './exit.ts';
import type { Io } from './io.ts';
import type { OpenModel } from './model-file.ts';
import { fileAt } from './operands.ts';
import type { Notice } from './result.ts';

/** What was found out about how the model wants its pictures. */
export interface Preprocessing {
  readonly preprocess: Preprocess;
  readonly notices: readonly Notice[];
}

/**
 * By `--preprocess`, else by what the model's author wrote down, else guessed.
 * @throws GradcamError `bad-option`, `bad-input` for a model that takes no pictures; FileError
 */
export async function preprocessing(
  port: Port,
  given: string | undefined,
  notes: OpenModel['notes'],
  io: Io,
): Promise<Preprocessing> {
  const note = notes.get('preprocess');
  if (given !== undefined) return { preprocess: await asked(port, given, io), notices: [] };
  if (note) return { preprocess: understood(port, note.text, note.from), notices: [] };
  const preprocess = preprocessFor(port);
  const { width, height, colours } = preprocess;
  const message = `the model does not say how it wants its pictures; took pixel / 255, ${width} x ${height}, ${colours}; give --preprocess ${presetNames.join('|')} if that is wrong`;
  return { preprocess, notices: [{ code: 'guessed-preprocess', message }] };
}

async function asked(port: Port, given: string, io: Io): Promise<Preprocess> {
  if (isPreset(given)) return preprocessFor(port, given);
  if (!/[./\\]/.test(given)) {
    throw new GradcamError(
      'bad-option',
      `--preprocess is "${given}"; expected ${presetNames.join(', ')}, or a file like preprocess.json${suggestion(given, presetNames)}`,
    );
  }
  const text = await readFile(fileAt(io, given).path, 'utf8').catch((error: unknown) => {
    throw new FileError(`cannot read the preprocessing ${given}: ${fileReason(error)}; give a preset or a JSON file`);
  });
  return understood(port, text, given);
}

function isPreset(word: string): word is PresetName {
  return (presetNames as readonly string[]).includes(word);
}

/** A preset's name, or JSON in one of the dialects that core knows. */
function understood(port: Port, text: string, from: string): Preprocess {
  const config = parsed(text.trim());
  if (config === undefined) {
    throw new FileError(
      `the preprocessing of ${from} is not understood; expected JSON like {"scale": 0.00392157, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}`,
    );
  }
  try {
    return preprocessFor(port, config);
  } catch (error) {
    if (!(error instanceof GradcamError) || error.code !== 'bad-option') throw error;
    throw new FileError(`${from}: ${oneLine(error)}`);
  }
}

function parsed(word: string): PresetName | object | undefined {
  if (isPreset(word)) return word;
  try {
    const value: unknown = JSON.parse(word);
    if (typeof value === 'string' && isPreset(value)) return value;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
