import { box, polygon } from './distance.mjs';

/** @typedef {[number, number, number]} Colour  red, green, blue from 0 to 1 */

/** @param {number} hue 0..1 @param {number} saturation @param {number} lightness @returns {Colour} */
export function colour(hue, saturation, lightness) {
  const channel = (/** @type {number} */ n) => {
    const k = (n + hue * 12) % 12;
    return lightness - saturation * Math.min(lightness, 1 - lightness) * Math.max(-1, Math.min(k - 3, 9 - k, 1));
  };
  return [channel(0), channel(8), channel(4)];
}

/** Smooth noise in [0, 1] over cells of size 1. @param {Uint32Array} table @param {number} x @param {number} y */
function noise(table, x, y) {
  const at = (/** @type {number} */ i, /** @type {number} */ j) => (table[(i * 37 + j * 101) & 255] ?? 0) / 4294967296;
  const i = Math.floor(x);
  const j = Math.floor(y);
  const u = (x - i) ** 2 * (3 - 2 * (x - i));
  const v = (y - j) ** 2 * (3 - 2 * (y - j));
  return (at(i, j) * (1 - u) + at(i + 1, j) * u) * (1 - v) + (at(i, j + 1) * (1 - u) + at(i + 1, j + 1) * u) * v;
}

/**
 * A cluttered background: a gradient, cloudy noise, and shapes that belong to no class.
 * @param {import('./random.mjs').Random} random
 * @returns {(x: number, y: number, pixel: number) => Colour} the colour at a place in [0, 1]; `pixel` is a pixel's size
 */
export function background(random) {
  const hue = random.next();
  const from = colour(hue, random.between(0.1, 0.55), random.between(0.35, 0.9));
  const to = colour(hue + random.between(-0.15, 0.15), random.between(0.1, 0.55), random.between(0.35, 0.9));
  const angle = random.between(0, 2 * Math.PI);
  const table = Uint32Array.from({ length: 256 }, () => random.next() * 4294967296);
  const scale = random.between(3, 12);
  const strength = random.between(0.05, 0.3);
  const clutter = Array.from({ length: random.below(9) }, () => {
    const turn = random.between(0, Math.PI);
    const size = random.between(0.03, 0.16);
    const long = random.between(0.25, 2.5);
    const count = 3 + random.below(3);
    const corners = /** @type {[number, number][]} */ (
      Array.from({ length: count }, (_, i) => {
        const a = (2 * Math.PI * (i + random.between(0, 0.6))) / count;
        return [size * Math.cos(a), size * Math.sin(a)];
      })
    );
    const line = random.next() < 0.4;
    return {
      x: random.next(),
      y: random.next(),
      cos: Math.cos(turn),
      sin: Math.sin(turn),
      size,
      long,
      corners,
      line,
      paint: colour(random.next(), random.between(0.1, 0.7), random.between(0.3, 0.85)),
    };
  });
  return (x, y, pixel) => {
    const t = Math.min(1, Math.max(0, (x - 0.5) * Math.cos(angle) + (y - 0.5) * Math.sin(angle) + 0.5));
    const cloud =
      strength *
      (0.65 * noise(table, x * scale, y * scale) + 0.35 * noise(table, x * scale * 2.3, y * scale * 2.3) - 0.5);
    /** @type {Colour} */
    let result = [0, 1, 2].map((c) => from[c] * (1 - t) + to[c] * t + cloud);
    for (const it of clutter) {
      const u = (x - it.x) * it.cos + (y - it.y) * it.sin;
      const v = (y - it.y) * it.cos - (x - it.x) * it.sin;
      const d = it.line ? box(u, v, it.size * it.long, it.size * 0.12) : polygon(u, v, it.corners);
      const cover = 0.85 * Math.min(1, Math.max(0, 0.5 - d / pixel));
      if (cover > 0)
        result = /** @type {Colour} */ (result.map((value, c) => value * (1 - cover) + it.paint[c] * cover));
    }
    return result;
  };
}
