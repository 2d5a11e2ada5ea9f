import { sizeOf, type Tensor, xoshiro128 } from '@gradcam/core';

/**
 * Numbers of mean 0 and standard deviation `scale`, the same on every machine: sums of four uniform numbers of xoshiro128**, so that no
 * engine's Math.log or Math.cos has a say, rounded to float32.
 */
export function drawing(seed: number): (dims: readonly number[], scale?: number, mean?: number) => Tensor {
  const { uniform } = xoshiro128(seed);
  return (dims, scale = 1, mean = 0) => ({
    data: Float32Array.from(
      { length: sizeOf(dims) },
      // four uniform numbers have mean 2 and variance 1/3
      () => mean + scale * (uniform() + uniform() + uniform() + uniform() - 2) * Math.sqrt(3),
    ),
    dims,
  });
}
