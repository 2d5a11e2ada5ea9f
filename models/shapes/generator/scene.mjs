import { background, colour } from './background.mjs';
import { generator } from './random.mjs';
import { labels, shapes } from './shapes.mjs';

/**
 * @typedef {object} Placed  one object of a scene
 * @property {number} label
 * @property {number} x centre, 0..1
 * @property {number} y centre, 0..1
 * @property {number} size half extent, 0..1
 */

const mix = (/** @type {number[]} */ a, /** @type {number[]} */ b, /** @type {number} */ t) =>
  a.map((value, c) => value * (1 - t) + b[c] * t);

/** How an object is painted: its colours, its turn and its texture. @param {import('./random.mjs').Random} random */
function look(random) {
  const hue = random.next();
  const main = colour(hue, random.between(0.55, 0.95), random.between(0.42, 0.62));
  const second = colour(hue + random.between(0.3, 0.7), random.between(0.5, 0.95), random.between(0.45, 0.7));
  const turn = random.between(-0.5, 0.5);
  const kind = random.below(4);
  const rate = random.between(9, 16);
  const slant = random.between(0, Math.PI);
  return {
    tones: [main, second, [0.16, 0.13, 0.18], [0.98, 0.96, 0.9]],
    cos: Math.cos(turn),
    sin: Math.sin(turn),
    flip: random.next() < 0.5 ? -1 : 1,
    kind,
    rate,
    slant,
  };
}

/** Stripes, dots or shading over the main colour, -1..1. @param {ReturnType<typeof look>} it @param {number} u @param {number} v */
function texture({ kind, rate, slant }, u, v) {
  if (kind === 1) return Math.sin(rate * (u * Math.cos(slant) + v * Math.sin(slant))) > 0.1 ? 0.45 : -0.35;
  if (kind === 2) return Math.sin(rate * u) * Math.sin(rate * v) > 0.35 ? 0.7 : -0.1;
  return 0;
}

/**
 * Draws a scene: the picture, and where each object is to be seen.
 * @param {number} seed
 * @param {readonly Placed[]} objects
 * @param {number} size pixels per side
 * @returns {{ rgb: Uint8Array, masks: Uint8Array[] }} the masks hold 255 where the object is on top
 */
export function draw(seed, objects, size) {
  const random = generator(seed);
  const behind = background(random);
  const looks = objects.map(() => look(random));
  const rgb = new Uint8Array(size * size * 3);
  const masks = objects.map(() => new Uint8Array(size * size));
  const pixel = 1 / size;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const x = (column + 0.5) * pixel;
      const y = (row + 0.5) * pixel;
      let value = behind(x, y, pixel);
      objects.forEach((object, index) => {
        const it = looks[index];
        const place = (/** @type {number} */ shift) => {
          const dx = (x - object.x - shift) / object.size;
          const dy = (y - object.y - shift) / object.size;
          return [it.flip * (dx * it.cos + dy * it.sin), dy * it.cos - dx * it.sin];
        };
        const [u, v] = place(0);
        if (Math.abs(u) > 1.35 || Math.abs(v) > 1.35) return;
        const layers = shapes[labels[object.label]];
        const edge = pixel / object.size;
        const [su, sv] = place(0.02);
        const shade = Math.min(...layers.map((layer) => layer.distance(su, sv)));
        value = /** @type {[number, number, number]} */ (
          mix(value, [0.05, 0.04, 0.08], 0.35 * Math.min(1, Math.max(0, 0.5 - shade * 8)))
        );
        let covered = 0;
        for (const { tone, distance } of layers) {
          const d = distance(u, v);
          const cover = Math.min(1, Math.max(0, 0.5 - d / edge));
          if (cover === 0) continue;
          const pattern = tone === 0 ? texture(it, u, v) : 0;
          const lit = mix(it.tones[tone], pattern > 0 ? [1, 1, 1] : [0, 0, 0], 0.5 * Math.abs(pattern));
          const light = mix(lit, v < 0 ? [1, 1, 1] : [0, 0, 0], 0.22 * Math.min(1, Math.abs(v)));
          const outlined = mix(light, [0.1, 0.08, 0.12], d > -0.055 ? 0.6 : 0);
          value = /** @type {[number, number, number]} */ (mix(value, outlined, cover));
          covered = Math.max(covered, cover);
        }
        if (covered > 0.5) {
          for (const mask of masks) mask[row * size + column] = 0;
          masks[index][row * size + column] = 255;
        }
      });
      for (let c = 0; c < 3; c++)
        rgb[(row * size + column) * 3 + c] = Math.round(255 * Math.min(1, Math.max(0, value[c])));
    }
  }
  return { rgb, masks };
}

/** One object of a random class. @param {number} seed @param {number} size */
export function single(seed, size) {
  const random = generator(seed ^ 0x5bd1e995);
  const label = random.below(labels.length);
  const extent = random.between(0.16, 0.38);
  const object = {
    label,
    size: extent,
    x: random.between(extent * 0.9, 1 - extent * 0.9),
    y: random.between(extent * 0.9, 1 - extent * 0.9),
  };
  return { label, objects: [object], ...draw(seed, [object], size) };
}

/** Two objects of different classes, side by side or one above the other. @param {number} seed @param {number} size */
export function pair(seed, size) {
  const random = generator(seed ^ 0x2c1b3c6d);
  const first = random.below(labels.length);
  const second = (first + 1 + random.below(labels.length - 1)) % labels.length;
  const along = random.next() < 0.5;
  const objects = [first, second].map((label, i) => {
    const far = random.between(0.25, 0.3) + 0.48 * i;
    const side = random.between(0.32, 0.68);
    return { label, size: random.between(0.19, 0.25), x: along ? far : side, y: along ? side : far };
  });
  return { labels: [first, second], objects, ...draw(seed, objects, size) };
}
