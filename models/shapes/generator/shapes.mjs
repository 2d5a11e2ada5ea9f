import { box, circle, ellipse, polygon } from './distance.mjs';

/**
 * Each class as layers of paint: distance functions in the order in which they are laid, with the tone they get
 * (0 the object's colour, 1 its second colour, 2 dark, 3 light).
 * @typedef {{ readonly tone: number, readonly distance: (x: number, y: number) => number }} Layer
 */

const STAR = /** @type {[number, number][]} */ (
  Array.from({ length: 10 }, (_, i) => {
    const r = i % 2 ? 0.42 : 1;
    return [r * Math.sin((i * Math.PI) / 5), -r * Math.cos((i * Math.PI) / 5)];
  })
);
const SMALL_STAR = /** @type {[number, number][]} */ (STAR.map(([x, y]) => [x * 0.5, y * 0.5]));

/** @type {(x: number, y: number) => number} */
const heart = (px, y) => {
  const x = Math.abs(px);
  const lobe = circle(x - 0.44, y + 0.3, 0.5);
  const tip = polygon(x, y, [
    [-0.88, -0.12],
    [0.88, -0.12],
    [0, 0.95],
  ]);
  // Where lobes and tip meet, all three distances are near zero, and an outline would be drawn in the middle.
  const middle = circle(x, y + 0.1, 0.3);
  return Math.min(lobe, tip, middle);
};

/** @type {Readonly<Record<string, readonly Layer[]>>} */
export const shapes = {
  star: [
    { tone: 0, distance: (x, y) => polygon(x, y, STAR) },
    { tone: 3, distance: (x, y) => polygon(x, y, SMALL_STAR) },
  ],
  heart: [
    { tone: 0, distance: heart },
    { tone: 3, distance: (x, y) => ellipse(x + 0.46, y + 0.42, 0.17, 0.12) },
  ],
  moon: [{ tone: 0, distance: (x, y) => Math.max(circle(x, y, 0.95), -circle(x - 0.45, y + 0.12, 0.78)) }],
  flower: [
    {
      tone: 0,
      distance: (x, y) =>
        Math.min(
          ...[0, 1, 2, 3, 4, 5].map((i) =>
            circle(x - 0.56 * Math.cos((i * Math.PI) / 3), y - 0.56 * Math.sin((i * Math.PI) / 3), 0.37),
          ),
        ),
    },
    { tone: 1, distance: (x, y) => circle(x, y, 0.33) },
  ],
  fish: [
    {
      tone: 1,
      distance: (x, y) =>
        polygon(x, y, [
          [0.4, 0],
          [1, -0.52],
          [0.86, 0],
          [1, 0.52],
        ]),
    },
    { tone: 0, distance: (x, y) => ellipse(x + 0.2, y, 0.76, 0.47) },
    {
      tone: 1,
      distance: (x, y) =>
        polygon(x, y, [
          [-0.25, -0.05],
          [0.3, 0.1],
          [-0.05, 0.32],
        ]),
    },
    { tone: 3, distance: (x, y) => circle(x + 0.6, y + 0.12, 0.13) },
    { tone: 2, distance: (x, y) => circle(x + 0.62, y + 0.12, 0.065) },
  ],
  house: [
    { tone: 0, distance: (x, y) => box(x, y - 0.42, 0.66, 0.5) },
    {
      tone: 1,
      distance: (x, y) =>
        polygon(x, y, [
          [-0.92, -0.05],
          [0, -0.92],
          [0.92, -0.05],
        ]),
    },
    { tone: 2, distance: (x, y) => box(x - 0.28, y - 0.6, 0.17, 0.32) },
    { tone: 3, distance: (x, y) => box(x + 0.26, y - 0.42, 0.19, 0.19) },
  ],
  umbrella: [
    {
      tone: 2,
      distance: (x, y) =>
        Math.min(box(x, y - 0.25, 0.055, 0.6), Math.max(Math.abs(circle(x - 0.16, y - 0.82, 0.16)) - 0.055, 0.82 - y)),
    },
    {
      tone: 0,
      distance: (x, y) =>
        Math.max(
          circle(x, y - 0.05, 0.95),
          y - 0.08,
          -Math.min(...[-0.63, 0, 0.63].map((at) => ellipse(x - at, y - 0.1, 0.32, 0.17))),
        ),
    },
    {
      tone: 1,
      distance: (x, y) => Math.max(ellipse(x, y - 0.05, 0.32, 0.95), y - 0.05, -ellipse(x, y - 0.1, 0.32, 0.17)),
    },
  ],
  mushroom: [
    { tone: 3, distance: (x, y) => box(x, y - 0.45, 0.24 + 0.08 * y, 0.45) },
    { tone: 0, distance: (x, y) => Math.max(ellipse(x, y - 0.12, 0.95, 0.95), y - 0.12) },
    {
      tone: 3,
      distance: (x, y) =>
        Math.min(circle(x + 0.42, y + 0.18, 0.15), circle(x - 0.1, y + 0.46, 0.17), circle(x - 0.5, y + 0.12, 0.14)),
    },
  ],
  sailboat: [
    { tone: 2, distance: (x, y) => box(x + 0.02, y + 0.1, 0.045, 0.85) },
    {
      tone: 0,
      distance: (x, y) =>
        polygon(x, y, [
          [0.08, -0.92],
          [0.85, 0.32],
          [0.08, 0.32],
        ]),
    },
    {
      tone: 3,
      distance: (x, y) =>
        polygon(x, y, [
          [-0.1, -0.66],
          [-0.1, 0.32],
          [-0.68, 0.32],
        ]),
    },
    {
      tone: 1,
      distance: (x, y) =>
        polygon(x, y, [
          [-0.95, 0.45],
          [0.95, 0.45],
          [0.62, 0.9],
          [-0.62, 0.9],
        ]),
    },
  ],
  key: [
    {
      tone: 0,
      distance: (x, y) =>
        Math.min(
          Math.max(circle(x + 0.55, y, 0.43), -circle(x + 0.55, y, 0.2)),
          box(x - 0.4, y, 0.58, 0.1),
          box(x - 0.85, y - 0.2, 0.09, 0.22),
          box(x - 0.56, y - 0.17, 0.09, 0.18),
        ),
    },
  ],
};

/** The classes, in the order of the model's output. */
export const labels = Object.keys(shapes);
