import { type ErrorCode, GradcamError } from '@gradcam/core';

/** The exit codes that scripts depend on. */
export const exit = {
  done: 0,
  bug: 1,
  usage: 2,
  badFile: 3,
  noGradient: 4,
  interrupted: 130,
} as const;

const ofCode: Record<ErrorCode, number> = {
  'bad-model': exit.badFile,
  'unsupported-model': exit.badFile,
  'no-gradient': exit.noGradient,
  'unknown-layer': exit.usage,
  'ambiguous-layer': exit.usage,
  'layer-off-path': exit.usage,
  'bad-input': exit.badFile,
  'bad-target': exit.usage,
  'bad-option': exit.usage,
  'bad-picture': exit.badFile,
  disposed: exit.bug,
  runtime: exit.badFile,
};

/** A file that cannot be read or written, whichever picture is being explained. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

/** What a failed command exits with; anything that is not one of our errors is our bug. */
export function exitCode(error: unknown): number {
  if (error instanceof GradcamError) return ofCode[error.code];
  return error instanceof FileError ? exit.badFile : exit.bug;
}

const reasons: Record<string, string> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'a part of the path is a file, not a folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
};

/** Why the file system refused, for people. */
export function fileReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}

/** An error's words on one line, whatever library they come from. */
export function oneLine(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return words.replace(/\s+/g, ' ').trim();
}
