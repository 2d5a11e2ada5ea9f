import { customGrad, type GradSaveFunc, type Tensor, zerosLike } from '@tensorflow/tfjs-core';

/** `score` unchanged, with a gradient of zero to each of `variables`: tfjs throws where it finds no path at all. */
export function connected(score: Tensor, variables: readonly Tensor[]): Tensor {
  const op = customGrad((...args: (Tensor | GradSaveFunc)[]) => {
    const [value, ...others] = args.slice(0, -1) as Tensor[];
    return {
      value: (value as Tensor).clone(),
      gradFunc: (slope: Tensor) => [slope, ...others.map((other) => zerosLike(other))],
    };
  });
  return op(score, ...variables);
}
