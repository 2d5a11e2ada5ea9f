import type { Features } from './features.ts';
import type { Random } from './random.ts';

const SWEEPS = 1000;
/** A sweep that lowers the error by less than this share of the whole is the last. */
const SETTLED = 1e-10;

/** Activations as a few non-negative parts: A_k at position i is about offset_k + sum_j vectors[j, k] maps[j, i]. */
export interface Factors {
  readonly count: number;
  /** The least of each channel, [channels]: taken off first, since only what is not negative can be factorised. */
  readonly offsets: Float64Array;
  /** [count, channels], each what the part adds where it is strongest. */
  readonly vectors: Float64Array;
  /** [count, positions], each in 0..1 with the peak at 1; all zeros for a part that was not needed. */
  readonly maps: Float64Array;
  /** What is left, by the L2 norm, as a share of what was there. */
  readonly error: number;
}

/** Rows of `a` [rows, length] times rows of `b` [columns, length]: [rows, columns]. */
function products(a: Float64Array, rows: number, b: Float64Array, columns: number): Float64Array {
  const length = a.length / rows;
  const all = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let k = 0; k < length; k++) sum += (a[i * length + k] ?? 0) * (b[j * length + k] ?? 0);
      all[i * columns + j] = sum;
    }
  }
  return all;
}

/** One pass over the rows of `free` [count, size], each set to its best non-negative value while the others stay. */
function improve(free: Float64Array, count: number, cross: Float64Array, gram: Float64Array): void {
  const size = free.length / count;
  for (let j = 0; j < count; j++) {
    const norm = gram[j * count + j] ?? 0;
    if (norm === 0) continue;
    for (let i = 0; i < size; i++) {
      let rest = cross[j * size + i] ?? 0;
      for (let other = 0; other < count; other++)
        rest -= (gram[j * count + other] ?? 0) * (free[other * size + i] ?? 0);
      free[j * size + i] = Math.max(0, (free[j * size + i] ?? 0) + rest / norm);
    }
  }
}

/** Each map to a peak of 1, its vector scaled the other way. */
function peaked(vectors: Float64Array, maps: Float64Array, count: number): void {
  const [channels, positions] = [vectors.length / count, maps.length / count];
  for (let j = 0; j < count; j++) {
    const map = maps.subarray(j * positions, (j + 1) * positions);
    const peak = map.reduce((a, b) => Math.max(a, b), 0);
    if (peak === 0) continue;
    for (let i = 0; i < positions; i++) map[i] = (map[i] ?? 0) / peak;
    for (let k = j * channels; k < (j + 1) * channels; k++) vectors[k] = (vectors[k] ?? 0) * peak;
  }
}

/**
 * Non-negative matrix factorisation by hierarchical alternating least squares (Cichocki and Phan 2009), seeded: the same stream gives the same
 * parts. The problem has several local minima unless its parts are separable.
 */
export function factorise({ data, channels, positions }: Features, count: number, random: Random): Factors {
  const offsets = new Float64Array(channels);
  const rows = new Float64Array(data.length);
  for (let k = 0; k < channels; k++) {
    const channel = data.subarray(k * positions, (k + 1) * positions);
    const least = channel.reduce((a, b) => Math.min(a, b), Infinity);
    offsets[k] = least;
    channel.forEach((value, i) => {
      rows[k * positions + i] = value - least;
    });
  }
  const columns = rows.map((_, at) => rows[(at % channels) * positions + Math.floor(at / channels)] ?? 0);
  const whole = rows.reduce((sum, value) => sum + value * value, 0);
  const scale = Math.sqrt(rows.reduce((sum, value) => sum + value, 0) / rows.length / count);
  const vectors = Float64Array.from({ length: count * channels }, () => scale * random.uniform());
  const maps = Float64Array.from({ length: count * positions }, () => scale * random.uniform());
  let left = whole;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    improve(maps, count, products(vectors, count, columns, positions), products(vectors, count, vectors, count));
    const [cross, gram] = [products(maps, count, rows, channels), products(maps, count, maps, count)];
    improve(vectors, count, cross, gram);
    // |X - V M|^2 = |X|^2 - 2 <V, X M'> + <V'V, M M'>
    const fit = vectors.reduce((sum, value, at) => sum + value * (cross[at] ?? 0), 0);
    const own = products(vectors, count, vectors, count).reduce((sum, value, at) => sum + value * (gram[at] ?? 0), 0);
    const now = Math.max(0, whole - 2 * fit + own);
    const gained = left - now;
    left = now;
    if (sweep > 0 && gained < SETTLED * whole) break;
  }
  peaked(vectors, maps, count);
  return { count, offsets, vectors, maps, error: whole === 0 ? 0 : Math.sqrt(left / whole) };
}
