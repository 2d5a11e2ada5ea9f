import { isAbsolute, join } from 'node:path';
import { GradcamError } from '@gradcam/core';
import type { Arguments } from './arguments.ts';
import type { InputFile } from './input-files.ts';
import type { Io } from './io.ts';

/** A path as typed, and where it leads from the command's folder. */
export function fileAt(io: Io, shown: string): InputFile {
  return { shown, path: isAbsolute(shown) ? shown : join(io.cwd, shown) };
}

/** @throws GradcamError `bad-option` when there are any */
export function noOperands({ operands: [first] }: Arguments, command: string, what: string = command): void {
  if (first === undefined) return;
  throw new GradcamError('bad-option', `${what} takes no file; got "${first}"; see gradcam ${command} --help`);
}

/** The model's path and what follows. @throws GradcamError `bad-option` unless at least `least` paths follow it, or too many */
export function modelAnd(
  args: Arguments,
  command: string,
  what: string,
  least = 0,
  most: number = least,
): [string, ...string[]] {
  const [model, ...rest] = args.operands;
  const given = args.operands.length === 0 ? 'nothing' : args.operands.map((operand) => `"${operand}"`).join(', ');
  if (model === undefined || rest.length < least || rest.length > most) {
    throw new GradcamError('bad-option', `${command} wants ${what}; got ${given}; see gradcam ${command} --help`);
  }
  return [model, ...rest];
}
