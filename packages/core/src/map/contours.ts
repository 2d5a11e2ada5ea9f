import { GradcamError } from '../errors.ts';
import type { Heatmap } from './heatmap.ts';

/** A line through [x, y] points in cells of the map (the centre of cell (0, 0) is [0.5, 0.5]); a closed one ends where it began. */
export type Contour = readonly (readonly [number, number])[];

/** Edges of a square of four neighbouring cells: which of its sides a contour enters and leaves by, higher values on its left. */
type Side = 'top' | 'right' | 'bottom' | 'left';

// By which corners are at the level or above: 1 top left, 2 top right, 4 bottom right, 8 bottom left. 5 and 10 are saddles.
const crossings: readonly (readonly (readonly [Side, Side])[])[] = [
  [],
  [['left', 'top']],
  [['top', 'right']],
  [['left', 'right']],
  [['right', 'bottom']],
  [],
  [['top', 'bottom']],
  [['left', 'bottom']],
  [['bottom', 'left']],
  [['bottom', 'top']],
  [],
  [['bottom', 'right']],
  [['right', 'left']],
  [['right', 'top']],
  [['top', 'left']],
  [],
];

/** Joined where the mean of the four corners is high, parted where it is low. */
const saddles: Readonly<Record<5 | 10, Readonly<Record<'joined' | 'parted', readonly (readonly [Side, Side])[]>>>> = {
  5: {
    joined: [
      ['left', 'bottom'],
      ['right', 'top'],
    ],
    parted: [
      ['left', 'top'],
      ['right', 'bottom'],
    ],
  },
  10: {
    joined: [
      ['top', 'left'],
      ['bottom', 'right'],
    ],
    parted: [
      ['top', 'right'],
      ['bottom', 'left'],
    ],
  },
};

/**
 * Where a map crosses a level: lines with the values at the level or above on their left (y downwards), by marching squares between the
 * cells' centres with linear interpolation (Lorensen and Cline 1987, in two dimensions). Lines that leave the map end at its outer centres.
 * @throws GradcamError `bad-option` when the level is no number
 */
export function contours(map: Heatmap, level: number): readonly Contour[] {
  if (!Number.isFinite(level)) {
    throw new GradcamError('bad-option', `the contour's level is ${level}; expected a number, like 0.5`);
  }
  return joined(segmentsOf(map, level), map, level);
}

/** From the edge a segment begins at to the one it ends at. An edge is 2 * (cell it begins at) for one to the right, + 1 for one down. */
function segmentsOf({ data, width, height }: Heatmap, level: number): Map<number, number> {
  const segments = new Map<number, number>();
  for (let y = 0; y + 1 < height; y++) {
    for (let x = 0; x + 1 < width; x++) {
      const at = y * width + x;
      const corners = [at, at + 1, at + width + 1, at + width].map((cell) => data[cell] ?? 0);
      const which = corners.reduce((bits, value, i) => (value >= level ? bits | (1 << i) : bits), 0);
      const mean = corners.reduce((sum, value) => sum + value, 0) / 4;
      const pairs =
        which === 5 || which === 10 ? saddles[which][mean >= level ? 'joined' : 'parted'] : (crossings[which] ?? []);
      const edges = { top: 2 * at, right: 2 * (at + 1) + 1, bottom: 2 * (at + width), left: 2 * at + 1 };
      for (const [from, to] of pairs) segments.set(edges[from], edges[to]);
    }
  }
  return segments;
}

function joined(segments: Map<number, number>, map: Heatmap, level: number): Contour[] {
  const ends = new Set(segments.values());
  // Open lines first, from where they begin; what is then left is closed.
  const starts = [...[...segments.keys()].filter((edge) => !ends.has(edge)), ...segments.keys()];
  const lines: Contour[] = [];
  for (const start of starts) {
    if (!segments.has(start)) continue;
    const line = [crossing(map, level, start)];
    for (let edge: number | undefined = start; edge !== undefined; ) {
      const next: number | undefined = segments.get(edge);
      segments.delete(edge);
      if (next !== undefined) line.push(crossing(map, level, next));
      edge = next;
    }
    lines.push(line);
  }
  return lines;
}

function crossing({ data, width }: Heatmap, level: number, edge: number): readonly [number, number] {
  const cell = edge >> 1;
  const isDown = edge % 2 === 1;
  const from = data[cell] ?? 0;
  const to = data[cell + (isDown ? width : 1)] ?? 0;
  const t = (level - from) / (to - from);
  const [x, y] = [(cell % width) + 0.5, Math.floor(cell / width) + 0.5];
  return isDown ? [x, y + t] : [x + t, y];
}
