import { GradcamError } from '../errors.ts';
import type { Concept } from '../find-concepts.ts';
import { heatmapOf } from '../map/heatmap.ts';
import { normalise } from '../map/normalise.ts';
import { type Frame, placed } from './frame.ts';
import { layOver } from './lay-over.ts';
import type { Pixels } from './pixels.ts';

/** 8-bit red, green and blue. */
export type Colour = readonly [number, number, number];

/** Okabe and Ito's colours, which people with any kind of colour vision can tell apart; black, the eighth, would not be seen. */
const COLOURS: readonly Colour[] = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [240, 228, 66],
  [0, 114, 178],
  [213, 94, 0],
  [204, 121, 167],
];

/** The colour of concept `index`; after seven they begin again. */
export function conceptColour(index: number): Colour {
  return COLOURS[index % COLOURS.length] ?? [0, 0, 0];
}

export interface ConceptPainting {
  /** Which picture of the batch. Default 0. */
  readonly sample?: number;
  /** What the model saw of the picture; default all of it. */
  readonly frame?: Frame;
  /** Of a concept at its peak, 0..1. Default 0.7. */
  readonly opacity?: number;
}

/**
 * Concepts over the picture: each pixel in the {@link conceptColour} of the concept that is strongest there, the weaker the more transparent.
 * Each concept is shown relative to its own peak in this picture.
 * @throws GradcamError `bad-picture`, `bad-option`, `bad-input` for maps that are no pictures
 */
export function paintConcepts(
  picture: Pixels,
  concepts: readonly Pick<Concept, 'maps'>[],
  { sample = 0, frame, opacity = 0.7 }: ConceptPainting = {},
): Pixels {
  if (!(opacity >= 0 && opacity <= 1))
    throw new GradcamError('bad-option', `the opacity is ${opacity}; expected a number from 0 to 1`);
  const maps = concepts.map(({ maps: all }) => {
    const map = all[sample];
    if (!map) throw new GradcamError('bad-option', `there is no sample ${sample}; the concepts have ${all.length}`);
    return placed(normalise(heatmapOf(map)), picture, frame).data;
  });
  const data = new Uint8ClampedArray(4 * picture.width * picture.height);
  for (let i = 0; i < data.length / 4; i++) {
    const best = maps.reduce((most, map, j) => ((map[i] ?? 0) > (maps[most]?.[i] ?? 0) ? j : most), 0);
    data.set(conceptColour(best), 4 * i);
    data[4 * i + 3] = 255 * opacity * Math.min(1, Math.max(0, maps[best]?.[i] ?? 0));
  }
  return layOver(picture, { data, width: picture.width, height: picture.height });
}
