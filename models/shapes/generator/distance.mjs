// Signed distances (negative inside) in the plane of a shape, y downwards, the shape within about [-1, 1].

/** @param {number} x @param {number} y @param {number} r */
export const circle = (x, y, r) => Math.hypot(x, y) - r;

/** @param {number} x @param {number} y @param {number} w half width @param {number} h half height */
export function box(x, y, w, h) {
  const dx = Math.abs(x) - w;
  const dy = Math.abs(y) - h;
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0);
}

/** Near enough for anti-aliasing. @param {number} x @param {number} y @param {number} a @param {number} b */
export function ellipse(x, y, a, b) {
  const k = Math.hypot(x / a, y / b);
  return k < 1e-6 ? -Math.min(a, b) : (k * (k - 1)) / Math.hypot(x / (a * a), y / (b * b));
}

/** @param {number} x @param {number} y @param {readonly (readonly [number, number])[]} corners */
export function polygon(x, y, corners) {
  let nearest = Infinity;
  let inside = false;
  for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
    const [ax, ay] = corners[i];
    const [bx, by] = corners[j];
    const ex = bx - ax;
    const ey = by - ay;
    const t = Math.min(1, Math.max(0, ((x - ax) * ex + (y - ay) * ey) / (ex * ex + ey * ey)));
    nearest = Math.min(nearest, Math.hypot(x - ax - t * ex, y - ay - t * ey));
    if (ay > y !== by > y && x < (ex * (y - ay)) / ey + ax) inside = !inside;
  }
  return inside ? -nearest : nearest;
}
