import { sizeOf, type Tensor } from '@gradcam/core';
import { Broken } from './law.ts';

/**
 * ||received - expected|| / ||expected||, or the norm itself where zeros are expected; infinite where a value is no number, and where there
 * is nothing to compare or more of one than of the other.
 */
export function relativeError(received: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (received.length !== expected.length || expected.length === 0) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < expected.length; i++) {
    const wanted = expected[i] ?? 0;
    difference += ((received[i] ?? 0) - wanted) ** 2;
    norm += wanted ** 2;
  }
  const error = Math.sqrt(norm === 0 ? difference : difference / norm);
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
}

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((x, y) => x + y, 0) / values.length;

/** Pearson's, of two lists of numbers. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [(a[i] ?? 0) - meanA, (b[i] ?? 0) - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}

function place(index: number, dims: readonly number[]): string {
  const rest = dims.map((_, axis) => sizeOf(dims.slice(axis + 1)));
  return `[${dims.map((dim, axis) => Math.floor(index / (rest[axis] ?? 1)) % dim)}]`;
}

/** What is compared, for the message: "the gradient". */
export interface Compared {
  readonly what: string;
  readonly layer?: string;
  readonly received: Tensor | undefined;
  readonly expected: Tensor | undefined;
  readonly within: number;
}

/**
 * The relative L2 error of `received`, when dims agree and it is small enough.
 * @throws Broken with the value that lies furthest off
 */
export function close({ what, layer, received, expected, within }: Compared): number {
  const where = layer === undefined ? {} : { layer };
  if (!received || !expected || String(received.dims) !== String(expected.dims)) {
    const said = (tensor: Tensor | undefined): string => (tensor ? `${what} of dims [${tensor.dims}]` : 'none');
    throw new Broken({ ...where, expected: said(expected), received: said(received) });
  }
  const error = relativeError(received.data, expected.data);
  if (error <= within) return error;
  let worst = 0;
  const distance = (i: number): number => Math.abs((received.data[i] ?? 0) - (expected.data[i] ?? 0));
  expected.data.forEach((_, i) => {
    if (!(distance(i) <= distance(worst))) worst = i;
  });
  throw new Broken({
    ...where,
    expected: `${what} with a relative error up to ${within} (${expected.data[worst]} at ${place(worst, expected.dims)})`,
    received: `${error.toPrecision(3)} (${received.data[worst]} there)`,
  });
}
