import { GradcamError } from '../errors.ts';
import { encodedColours } from './encoded-colours.ts';

const STEPS = 256;

/** 8-bit RGB of each step of a scale, 768 bytes. */
export type ColourTable = Uint8Array;

function decoded(text: string): ColourTable {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

function stepped(colour: (step: number) => readonly number[]): ColourTable {
  return Uint8Array.from({ length: 3 * STEPS }, (_, i) => colour(Math.floor(i / 3))[i % 3] ?? 0);
}

/** A primary that rises by 4 a step and falls again, within 0..255. */
function hill(rising: number, falling: number): number {
  return Math.min(255, Math.max(0, Math.min(rising, falling)));
}

/** OpenCV's COLORMAP_JET. */
function jet(step: number): readonly number[] {
  const at = 4 * step;
  return [hill(at - 382, 1148 - at), hill(at - 128, 892 - at), hill(at + 128, 638 - at)];
}

/** Brewer's RdBu of eleven classes, from blue to red: matplotlib's RdBu_r. */
const BLUE_TO_RED = [
  0x053061, 0x2166ac, 0x4393c3, 0x92c5de, 0xd1e5f0, 0xf7f7f7, 0xfddbc7, 0xf4a582, 0xd6604d, 0xb2182b, 0x67001f,
] as const;

function diverging(step: number): readonly number[] {
  const at = (step / (STEPS - 1)) * (BLUE_TO_RED.length - 1);
  const below = Math.min(BLUE_TO_RED.length - 2, Math.floor(at));
  return [16, 8, 0].map((shift) => {
    const [from, to] = [((BLUE_TO_RED[below] ?? 0) >> shift) & 255, ((BLUE_TO_RED[below + 1] ?? 0) >> shift) & 255];
    // Cut off, as matplotlib does; the margin keeps whole values whole.
    return Math.floor(from + (to - from) * (at - below) + 1e-9);
  });
}

const makers: Readonly<Record<ColourScale, () => ColourTable>> = {
  turbo: () => decoded(encodedColours.turbo),
  viridis: () => decoded(encodedColours.viridis),
  inferno: () => decoded(encodedColours.inferno),
  magma: () => decoded(encodedColours.magma),
  plasma: () => decoded(encodedColours.plasma),
  cividis: () => decoded(encodedColours.cividis),
  jet: () => stepped(jet),
  gray: () => stepped((step) => [step, step, step]),
  diverging: () => stepped(diverging),
};

/**
 * Colours for values from 0 to 1 (`diverging`: from -1 to 1).
 *
 * | scale | |
 * |---|---|
 * | `turbo` | a rainbow whose brightness changes smoothly; many hues, so values can be told apart |
 * | `viridis`, `inferno`, `magma`, `plasma` | brightness rises evenly; still right in grey print |
 * | `cividis` | as viridis, and the same for people with red-green colour blindness |
 * | `jet` | OpenCV's; what older papers used. Its brightness jumps, which shows edges that are not there |
 * | `gray` | black to white |
 * | `diverging` | for signed maps: blue against, white neutral, red for (Brewer's RdBu) |
 */
export type ColourScale =
  | 'turbo'
  | 'viridis'
  | 'inferno'
  | 'magma'
  | 'plasma'
  | 'cividis'
  | 'jet'
  | 'gray'
  | 'diverging';

/** Every scale's name. */
export const colourScales: readonly ColourScale[] = Object.keys(makers) as ColourScale[];

const made = new Map<ColourScale, ColourTable>();

/**
 * The 256 colours of a scale, RGB side by side, or a table of one's own as it is.
 * @throws GradcamError `bad-option` for an unknown name or a table that is not 768 bytes
 */
export function coloursOf(scale: ColourScale | ColourTable): ColourTable {
  if (typeof scale !== 'string') {
    if (scale.length === 3 * STEPS) return scale;
    throw new GradcamError(
      'bad-option',
      `the colours are ${scale.length} bytes; expected ${3 * STEPS}: red, green and blue of ${STEPS} steps`,
    );
  }
  if (!Object.hasOwn(makers, scale)) {
    throw new GradcamError('bad-option', `unknown colour scale "${scale}"; expected ${colourScales.join(', ')}`);
  }
  const table = made.get(scale) ?? makers[scale]();
  made.set(scale, table);
  return table;
}

/** Whether a scale is for signed maps, -1..1, in place of 0..1. */
export function isSigned(scale: ColourScale | ColourTable): boolean {
  return scale === 'diverging';
}
