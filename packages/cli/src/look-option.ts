import { type ColourScale, colourScales, GradcamError, type Heatmap, type Overlay, type Tensor } from '@gradcam/core';
import type { Arguments } from './arguments.ts';
import type { Option } from './command.ts';
import { shownMap } from './shown-map.ts';

/** How overlays look, by `--scale`, `--opacity` and `--contour`. */
export const lookOptions: Readonly<Record<string, Option>> = {
  scale: {
    value: '<name>',
    help: 'Colours; diverging also shows what speaks against the class, in blue. Default turbo.',
    choices: colourScales,
  },
  opacity: { value: '<0..1>', help: 'Of the strongest evidence; default 0.6.' },
  contour: { value: '<0..1>', help: 'Draw a line where the evidence has this part of its peak; default none.' },
};

/** @throws GradcamError `bad-option` for what is no number from 0 to 1 */
export function lookOf({ values }: Arguments): Overlay {
  const [opacity, contour] = [partOf(values, 'opacity'), partOf(values, 'contour')];
  const scale = values.get('scale') as ColourScale | undefined;
  return {
    ...(scale === undefined ? {} : { scale }),
    ...(opacity === undefined ? {} : { opacity }),
    ...(contour === undefined ? {} : { contours: scale === 'diverging' ? [contour, -contour] : [contour] }),
  };
}

/** The map as that look wants it. */
export function mapFor({ scale }: Overlay, map: Tensor): Heatmap {
  return shownMap(map, scale === 'diverging' ? 'signed' : 'max');
}

function partOf(values: Arguments['values'], name: string): number | undefined {
  const given = values.get(name);
  if (given === undefined) return undefined;
  const part = Number(given);
  if (part >= 0 && part <= 1) return part;
  throw new GradcamError('bad-option', `--${name} is "${given}"; expected a number from 0 to 1`);
}
