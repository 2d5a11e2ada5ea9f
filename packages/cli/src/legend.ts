import { conceptColour, drawLines, type Pixels } from '@gradcam/core';
import { lengthOf, lettering } from './stroke-font.ts';

const MARGIN = 12;
const LINE = 30;
const SWATCH = 20;
/** How high a small letter is, in pixels. */
const LETTER = 8;
const INDENT = MARGIN + SWATCH + 10;

/** A picture, and below it on white a line for each concept, in its colour. */
export function withLegend({ data, width, height }: Pixels, lines: readonly string[]): Pixels {
  const wide = Math.max(width, Math.ceil(INDENT + Math.max(...lines.map(lengthOf)) * LETTER + MARGIN));
  const tall = height + 2 * MARGIN + lines.length * LINE;
  const all = new Uint8ClampedArray(4 * wide * tall).fill(255);
  for (let y = 0; y < height; y++) all.set(data.subarray(4 * y * width, 4 * (y + 1) * width), 4 * y * wide);
  const top = (i: number): number => height + MARGIN + i * LINE;
  for (const i of lines.keys()) {
    for (let y = top(i); y < top(i) + SWATCH; y++) {
      for (let x = MARGIN; x < MARGIN + SWATCH; x++) all.set(conceptColour(i), 4 * (y * wide + x));
    }
  }
  const letters = lines.flatMap((line, i) => lettering(line, INDENT, top(i) + 15, LETTER));
  return drawLines({ data: all, width: wide, height: tall }, letters, { width: 1.5, colour: [34, 34, 34, 255] });
}
