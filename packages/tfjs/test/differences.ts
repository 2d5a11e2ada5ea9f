import type { Inputs, Model, Tensor } from '../src/index.ts';
import { normals } from './seeded.ts';

export const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, i) => sum + value * (b[i] as number), 0);

/** Relative L2 distance of a from b. */
export function distance(a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined): number {
  if (!a || !b || a.length !== b.length) return Number.POSITIVE_INFINITY;
  const difference = Array.from(b, (value, i) => value - (a[i] as number));
  return Math.sqrt(dot(difference, difference) / (dot(b, b) || 1));
}

/**
 * Best relative error over four steps of the central difference of `resume` along a random direction. Only active cells move,
 * and in proportion: a rectifier or a maximum then rarely changes its mind. They move as the gradient points, so that no large
 * parts cancel, and anyhow where it claims to be zero.
 */
export async function differenceError(
  model: Model,
  layer: string,
  activation: Tensor,
  gradient: Tensor,
  inputs: Inputs,
  classIndex: number,
): Promise<number> {
  const next = normals(5);
  const direction = activation.data.map((value, i) => {
    const by = next();
    const slope = gradient.data[i] as number;
    return Math.abs(value) * (slope === 0 ? by : Math.sign(slope) * Math.abs(by));
  });
  const expected = dot(gradient.data, direction);
  let best = Number.POSITIVE_INFINITY;
  for (const step of [1e-1, 3e-2, 1e-2, 3e-3]) {
    const scores: number[] = [];
    for (const by of [step, -step]) {
      const data = activation.data.map((value, i) => value + by * (direction[i] as number));
      const { output } = await model.resume({ layer, activation: { data, dims: activation.dims }, inputs });
      scores.push(output.data[classIndex] as number);
    }
    const measured = ((scores[0] as number) - (scores[1] as number)) / (2 * step);
    best = Math.min(best, Math.abs(measured - expected) / Math.abs(expected));
  }
  return best;
}
