import { GradcamError } from '../errors.ts';
import type { Heatmap } from '../map/heatmap.ts';
import { type ColourScale, type ColourTable, coloursOf, isSigned } from './colour-scale.ts';
import type { Pixels } from './pixels.ts';

export interface Colouring {
  /** A scale's name, or 768 bytes of one's own. Default `turbo`. */
  readonly scale?: ColourScale | ColourTable;
  /** Of the strongest evidence, 0..1. Default 0.6. */
  readonly opacity?: number;
  /** The weaker the evidence, the more transparent. Default true; false gives every pixel the same opacity. */
  readonly fade?: boolean;
}

/** From this share of the peak on, a fading layer has its whole opacity. */
const FULL_AT = 0.6;

/** Colour of each value by its table (value 1 is step 255, step i begins at i / 256) and its opacity, both 0..1. NaN is transparent. */
export function painted(map: Heatmap, table: ColourTable, opacityOf: (value: number) => number, least = 0): Pixels {
  const data = new Uint8ClampedArray(4 * map.data.length);
  map.data.forEach((value, i) => {
    if (Number.isNaN(value)) return;
    const step = Math.min(255, Math.max(0, Math.floor(((value - least) / (1 - least)) * 256)));
    for (let c = 0; c < 3; c++) data[4 * i + c] = table[3 * step + c] ?? 0;
    data[4 * i + 3] = Math.floor(255 * opacityOf(value));
  });
  return { data, width: map.width, height: map.height };
}

/** @throws GradcamError `bad-input` when a value lies outside of what the scale shows: a raw map that was not normalised */
export function checkRange({ data }: Heatmap, least: number): void {
  const stray = data.find((value) => value < least - 1e-6 || value > 1 + 1e-6);
  if (stray === undefined) return;
  const policy = least < 0 ? "normalise(map, 'signed')" : 'normalise(map)';
  throw new GradcamError(
    'bad-input',
    `the map holds ${stray}; expected values from ${least} to 1: use ${policy} first${least === 0 && stray < 0 ? ', or the diverging scale for a signed map' : ''}`,
  );
}

/**
 * A heatmap in colours, at its own size: values from 0 to 1, or from -1 to 1 for the `diverging` scale, whose strength counts for fading.
 * @throws GradcamError `bad-input` for values out of range, `bad-option` for an unknown scale or an opacity outside of 0..1
 */
export function colourise(map: Heatmap, { scale = 'turbo', opacity = 0.6, fade = true }: Colouring = {}): Pixels {
  if (!(opacity >= 0 && opacity <= 1)) {
    throw new GradcamError('bad-option', `the opacity is ${opacity}; expected a number from 0 to 1`);
  }
  const table = coloursOf(scale);
  const least = isSigned(scale) ? -1 : 0;
  checkRange(map, least);
  const strength = (value: number): number => (fade ? Math.min(1, Math.abs(value) / FULL_AT) : 1);
  return painted(map, table, (value) => opacity * strength(value), least);
}
