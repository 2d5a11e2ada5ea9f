import { type Inputs, type Model, type Tensor, xoshiro128 } from '../src/index.ts';

export const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, i) => sum + value * (b[i] as number), 0);

/** Relative L2 distance of a from b. */
export function distance(a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined): number {
  if (!a || !b || a.length !== b.length) return Number.POSITIVE_INFINITY;
  const difference = Array.from(b, (value, i) => value - (a[i] as number));
  return Math.sqrt(dot(difference, difference) / (dot(b, b) || 1));
}

/**
 * Best relative error of the slope of `resume` along a random direction, to either side and by four steps, for a rectifier or a
 * maximum may change its mind on one side. Only active cells move, and in proportion. They move as the gradient points, so that
 * no large parts cancel, and anyhow where it claims to be zero.
 */
export async function differenceError(
  model: Model,
  layer: string,
  activation: Tensor,
  gradient: Tensor,
  inputs: Inputs,
  classIndex: number,
): Promise<number> {
  const random = xoshiro128(5);
  const direction = activation.data.map((value, i) => {
    const by = random.normal();
    const slope = gradient.data[i] as number;
    return Math.abs(value) * (slope === 0 ? by : Math.sign(slope) * Math.abs(by));
  });
  const steps = [3e-2, 1e-2, 3e-3, 1e-3].flatMap((step) => [step, -step]);
  const moved = [0, ...steps].map((step) => activation.data.map((value, i) => value + step * (direction[i] as number)));
  const data = new Float32Array(moved.length * activation.data.length);
  moved.forEach((values, i) => {
    data.set(values, i * values.length);
  });
  const point = { layer, activation: { data, dims: [moved.length, ...activation.dims.slice(1)] }, inputs };
  const { output } = await model.resume(point);
  const classes = output.data.length / moved.length;
  const [still = 0, ...scores] = moved.map((_, i) => output.data[i * classes + classIndex] as number);
  const expected = dot(gradient.data, direction);
  const slopes = scores.map((score, i) => (score - still) / (steps[i] as number));
  return Math.min(...slopes.map((slope) => Math.abs(slope - expected) / Math.abs(expected)));
}
