import { dominant } from './dominant.ts';
import { GradcamError } from './errors.ts';
import type { Features } from './features.ts';
import { centred, gram, towardsSum, transposed } from './first-component.ts';

/** The kernel matrix [positions, positions] of float64 takes 128 MB at this many. */
const MOST = 4096;

/** Row and column means taken off a symmetric matrix [n, n], the grand mean put back: the kernel of centred features. */
function doublyCentred(kernel: Float64Array, n: number): Float64Array {
  const means = Float64Array.from(
    { length: n },
    (_, i) => kernel.subarray(i * n, (i + 1) * n).reduce((sum, value) => sum + value, 0) / n,
  );
  const grand = means.reduce((sum, value) => sum + value, 0) / n;
  return kernel.map((value, at) => value - (means[Math.floor(at / n)] ?? 0) - (means[at % n] ?? 0) + grand);
}

/**
 * The positions' scores on the first kernel principal component, [positions]: sqrt(lambda) u, of the centred kernel tanh(x.y / C + 1) (Schoelkopf
 * et al. 1998). Turned so that it agrees with the plain sum over the channels.
 * @throws GradcamError `bad-option` for more than 4096 positions, whose kernel would not fit into memory
 */
export function kernelComponent(features: Features): Float64Array {
  const { channels, positions } = features;
  if (positions > MOST) {
    throw new GradcamError(
      'bad-option',
      `a kernel of ${positions} positions does not fit into memory; expected at most ${MOST}; choose a later layer`,
    );
  }
  const rows = centred(features);
  const products = gram(transposed(rows, channels, positions), positions, channels);
  const kernel = doublyCentred(
    products.map((product) => Math.tanh(product / channels + 1)),
    positions,
  );
  const { vector, value } = dominant(kernel, positions);
  const scale = Math.sqrt(Math.max(0, value));
  return towardsSum(
    vector.map((share) => share * scale),
    rows,
  );
}
