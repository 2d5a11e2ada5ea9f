/**
 * mulberry32, frozen: the same seed gives the same pictures on every platform.
 * @param {number} seed
 */
export function generator(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    /** @param {number} low @param {number} high */
    between: (low, high) => low + (high - low) * next(),
    /** A whole number below `count`. @param {number} count */
    below: (count) => Math.floor(next() * count),
  };
}

/** @typedef {ReturnType<typeof generator>} Random */
