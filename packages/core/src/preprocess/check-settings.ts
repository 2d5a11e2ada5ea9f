import { GradcamError } from '../errors.ts';
import { filters } from '../map/filter.ts';
import type { Preprocess } from './preprocess.ts';

const fits = ['stretch', 'cover', 'contain'];
const colours = ['rgb', 'bgr', 'gray'];
/** Larger inputs than any model takes: a slip in a configuration. */
const MAX_SIDE = 8192;

const isSide = (value: unknown): boolean =>
  Number.isInteger(value) && (value as number) > 0 && (value as number) <= MAX_SIDE;
const isPerChannel = (value: unknown): boolean =>
  Array.isArray(value) && (value.length === 1 || value.length === 3) && value.every(Number.isFinite);

function refuse(what: string, expected: string): never {
  throw new GradcamError('bad-option', `the preprocessing has ${what}; expected ${expected}`);
}

/** @throws GradcamError `bad-option` naming the first setting that makes no sense */
export function checkSettings(settings: Preprocess): void {
  const { width, height, fit, crop, bars, filter, scale, mean, std } = settings;
  if (!isSide(width) || !isSide(height)) refuse(`the size ${width} x ${height}`, `whole numbers from 1 to ${MAX_SIDE}`);
  if (!fits.includes(fit)) refuse(`fit "${fit}"`, fits.join(', '));
  if (!(crop > 0 && crop <= 1)) refuse(`crop ${crop}`, 'a part above 0 and up to 1, like 0.875');
  if (!(bars >= 0 && bars <= 255)) refuse(`bars ${bars}`, 'a level from 0 to 255');
  if (!filters.includes(filter)) refuse(`filter "${filter}"`, filters.join(', '));
  if (!colours.includes(settings.colours)) refuse(`colours "${settings.colours}"`, colours.join(', '));
  if (!Number.isFinite(scale)) refuse(`scale ${scale}`, 'a number, like 0.00392157 for 0..1');
  if (!isPerChannel(mean)) refuse(`mean ${JSON.stringify(mean)}`, 'a list of 1 or 3 numbers');
  if (!isPerChannel(std) || std.includes(0)) {
    refuse(`std ${JSON.stringify(std)}`, 'a list of 1 or 3 numbers, none of them 0');
  }
}
