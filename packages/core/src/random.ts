/** A stream of random numbers that is the same on every machine for one seed. */
export interface Random {
  /** Uniform in [0, 1), 32 random bits. */
  readonly uniform: () => number;
  /** Standard normal (Box-Muller: Math.log and Math.cos may differ in the last bit between engines). */
  readonly normal: () => number;
}

/** Four words of state from one seed: SplitMix32. */
function splitMix32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
}

const rotate = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

/**
 * xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021), seeded by SplitMix32.
 * Frozen: the same seed gives the same numbers in every version.
 */
export function xoshiro128(seed: number): Random {
  const word = splitMix32(seed);
  let [a, b, c, d] = [word(), word(), word(), word()];
  const uniform = (): number => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotate(d, 11);
    return result / 2 ** 32;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}
