import { GradcamError } from '@gradcam/core';
import type { Arguments } from './arguments.ts';

/** The whole number that an option holds, undefined where it is not given. @throws GradcamError `bad-option` */
export function whole(values: Arguments['values'], name: string, least: number): number | undefined {
  const given = values.get(name);
  if (given === undefined) return undefined;
  const number = Number(given);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new GradcamError('bad-option', `--${name} is "${given}"; expected a whole number of at least ${least}`);
}
