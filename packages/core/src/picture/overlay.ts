import { contours } from '../map/contours.ts';
import type { Filter } from '../map/filter.ts';
import type { Heatmap } from '../map/heatmap.ts';
import { isSigned } from './colour-scale.ts';
import { type Colouring, checkRange, colourise } from './colourise.ts';
import { drawLines } from './draw-lines.ts';
import { type Frame, placed } from './frame.ts';
import { layOver } from './lay-over.ts';
import type { Pixels } from './pixels.ts';

export interface Overlay extends Colouring {
  /** What the model saw of the picture, as `preprocess` tells; default all of it. */
  readonly frame?: Frame;
  /** How values between the map's cells are found. Default `bilinear`. */
  readonly filter?: Filter;
  /** Levels at which a line is drawn, say 0.5; for signed maps also negative ones. Default none. */
  readonly contours?: readonly number[];
}

/** A contour is this part of the picture's shorter side wide, and never thinner than a pixel and a half. */
const STROKE = 1 / 160;

/**
 * A heatmap of any resolution over the picture that was explained, at the picture's size: resized first, then coloured.
 * @param map 0..1 as {@link normalise} gives it, or -1..1 (`signed`) for the `diverging` scale
 * @throws GradcamError `bad-picture`, `bad-input` for a map out of range, `bad-option`
 */
export function overlay(picture: Pixels, map: Heatmap, options: Overlay = {}): Pixels {
  const { frame, filter, contours: levels = [], scale = 'turbo' } = options;
  const least = isSigned(scale) ? -1 : 0;
  checkRange(map, least);
  const over = placed(map, picture, frame, filter);
  // Filters with negative lobes overshoot the range they were given.
  const clamped = { ...over, data: over.data.map((value) => Math.min(1, Math.max(least, value))) };
  const coloured = layOver(picture, colourise(clamped, options));
  return levels.reduce((pixels, level) => {
    const lines = contours(clamped, level);
    const width = Math.max(1.5, STROKE * Math.min(picture.width, picture.height));
    // White within black is seen on any picture.
    const edged = drawLines(pixels, lines, { width: 2 * width, colour: [0, 0, 0, 160] });
    return drawLines(edged, lines, { width, colour: [255, 255, 255, 255] });
  }, coloured);
}
