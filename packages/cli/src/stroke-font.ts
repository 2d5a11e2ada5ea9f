import type { Contour } from '@gradcam/core';

type Point = readonly [number, number];

interface Glyph {
  readonly width: number;
  readonly strokes: readonly Contour[];
}

const line = (...points: readonly Point[]): Contour => points;

/** From one angle to another in degrees, counterclockwise when rising, about a centre. */
function arc(cx: number, cy: number, rx: number, ry: number, from: number, to: number): Contour {
  const steps = Math.max(2, Math.ceil(Math.abs(to - from) / 10));
  return Array.from({ length: steps + 1 }, (_, i) => {
    const angle = ((from + ((to - from) * i) / steps) * Math.PI) / 180;
    return [cx + rx * Math.cos(angle), cy + ry * Math.sin(angle)] as const;
  });
}

const bowl = arc(2.5, 2.5, 2.5, 2.5, 0, 360);
const arch = [arc(2.25, 2.75, 2.25, 2.25, 180, 0), line([4.5, 2.75], [4.5, 0])];
const dot = (x: number, y: number): Contour => line([x, y], [x, y + 0.01]);
const six = [arc(2.4, 2.4, 2.4, 2.4, 0, 360), arc(4, 2.4, 4, 5.1, 180, 100)];
const glyph = (width: number, ...strokes: readonly Contour[]): Glyph => ({ width, strokes });

/** A round sans serif: small letters 5 high, ascenders and digits up to 8, descenders down to -2.8; y upwards from the baseline. */
const glyphs: Readonly<Record<string, Glyph>> = {
  a: glyph(5, bowl, line([5, 5], [5, 0])),
  b: glyph(5, bowl, line([0, 8], [0, 0])),
  c: glyph(4.5, arc(2.5, 2.5, 2.5, 2.5, 40, 320)),
  d: glyph(5, bowl, line([5, 8], [5, 0])),
  e: glyph(5, line([0, 2.5], [5, 2.5]), arc(2.5, 2.5, 2.5, 2.5, 0, 315)),
  f: glyph(3, arc(3, 6.4, 1.6, 1.6, 70, 180), line([1.4, 6.4], [1.4, 0]), line([0, 5], [3, 5])),
  g: glyph(5, bowl, line([5, 5], [5, -0.4]), arc(2.5, -0.4, 2.5, 2.3, 0, -150)),
  h: glyph(4.5, line([0, 8], [0, 0]), ...arch),
  i: glyph(0, line([0, 5], [0, 0]), dot(0, 7.2)),
  j: glyph(1, line([1, 5], [1, -1.2]), arc(-0.3, -1.2, 1.3, 1.3, 0, -90), dot(1, 7.2)),
  k: glyph(4, line([0, 8], [0, 0]), line([3.8, 5], [0, 1.7]), line([1.4, 2.9], [4.1, 0])),
  l: glyph(0, line([0, 8], [0, 0])),
  m: glyph(
    7,
    line([0, 5], [0, 0]),
    ...[1.75, 5.25].flatMap((x) => [arc(x, 3.25, 1.75, 1.75, 180, 0), line([x + 1.75, 3.25], [x + 1.75, 0])]),
  ),
  n: glyph(4.5, line([0, 5], [0, 0]), ...arch),
  o: glyph(5, bowl),
  p: glyph(5, line([0, 5], [0, -2.8]), bowl),
  q: glyph(5, bowl, line([5, 5], [5, -2.8])),
  r: glyph(2.8, line([0, 5], [0, 0]), arc(2.3, 2.7, 2.3, 2.3, 180, 70)),
  s: glyph(3.8, arc(1.9, 3.75, 1.65, 1.25, 25, 270), arc(1.9, 1.25, 1.9, 1.25, 90, -155)),
  t: glyph(3, line([1.3, 7], [1.3, 1.3]), arc(2.6, 1.3, 1.3, 1.3, 180, 290), line([0, 5], [3, 5])),
  u: glyph(4.5, line([0, 5], [0, 2.25]), arc(2.25, 2.25, 2.25, 2.25, 180, 360), line([4.5, 5], [4.5, 0])),
  v: glyph(4.4, line([0, 5], [2.2, 0], [4.4, 5])),
  w: glyph(6.4, line([0, 5], [1.6, 0], [3.2, 5], [4.8, 0], [6.4, 5])),
  x: glyph(4.2, line([0, 5], [4.2, 0]), line([4.2, 5], [0, 0])),
  y: glyph(4.6, line([0, 5], [2.3, 0]), line([4.6, 5], [1.1, -2.8])),
  z: glyph(4, line([0, 5], [4, 5], [0, 0], [4, 0])),
  '0': glyph(4.8, arc(2.4, 3.75, 2.4, 3.75, 0, 360)),
  '1': glyph(3, line([0.4, 6], [2.2, 7.5], [2.2, 0])),
  '2': glyph(4.6, [...arc(2.3, 5.2, 2.3, 2.3, 165, -40), [0, 0], [4.6, 0]]),
  '3': glyph(4.6, arc(2.2, 5.6, 2, 1.9, 150, -90), arc(2.2, 1.85, 2.4, 1.85, 90, -150)),
  '4': glyph(4.8, line([3.6, 0], [3.6, 7.5], [0, 2.2], [4.8, 2.2])),
  '5': glyph(4.6, line([4.2, 7.5], [0.8, 7.5], [0.5, 4.1]), arc(2.2, 2.4, 2.4, 2.4, 135, -150)),
  '6': glyph(4.8, ...six),
  '7': glyph(4.6, line([0, 7.5], [4.6, 7.5], [1.6, 0])),
  '8': glyph(4.8, arc(2.4, 5.6, 2, 1.9, 0, 360), arc(2.4, 1.85, 2.4, 1.85, 0, 360)),
  '9': glyph(4.8, ...six.map((stroke) => stroke.map(([x, y]): Point => [4.8 - x, 7.5 - y]))),
  '%': glyph(6.8, arc(1.3, 5.9, 1.3, 1.6, 0, 360), arc(5.5, 1.6, 1.3, 1.6, 0, 360), line([5.6, 7.5], [1.2, 0])),
  '.': glyph(0, dot(0, 0)),
  ',': glyph(0.3, line([0.3, 0.2], [-0.2, -1.4])),
  ':': glyph(0, dot(0, 0.2), dot(0, 4.4)),
  '-': glyph(2.6, line([0, 2.6], [2.6, 2.6])),
  '+': glyph(3.6, line([0, 2.6], [3.6, 2.6]), line([1.8, 0.8], [1.8, 4.4])),
  ' ': glyph(1.6),
};

const SPACING = 2;
/** Of a small letter. */
const HEIGHT = 5;
const UNKNOWN = glyph(2);

/** How wide a text is, as a multiple of the height of its small letters. */
export function lengthOf(text: string): number {
  const widths = Array.from(text.toLowerCase(), (letter) => (glyphs[letter] ?? UNKNOWN).width + SPACING);
  return (widths.reduce((sum, width) => sum + width, 0) - SPACING) / HEIGHT;
}

/**
 * Text as lines to draw, since a machine with nothing but node may have no fonts: small letters, digits and `% . , : - +`; of anything else a gap.
 * @param x, y where the baseline begins, in pixels, y downwards
 * @param height of a small letter, in pixels
 */
export function lettering(text: string, x: number, y: number, height: number): readonly Contour[] {
  const scale = height / HEIGHT;
  let left = 0;
  return Array.from(text.toLowerCase()).flatMap((letter) => {
    const { width, strokes } = glyphs[letter] ?? UNKNOWN;
    const from = left;
    left += width + SPACING;
    return strokes.map((stroke) => stroke.map(([px, py]): Point => [x + (from + px) * scale, y - py * scale]));
  });
}
