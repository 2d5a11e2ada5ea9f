import type { Model, RunOptions } from './model.ts';
import { type Slope, type SlopePlace, slopesAt } from './slopes.ts';

/** What differences of the score say of a gradient: `unsettled` where they agree with nothing, not even with each other. */
export type Verdict = 'agrees' | 'differs' | 'unsettled';

/** A gradient beside central differences of the network behind the layer. */
export interface GradientCheck {
  readonly layer: string;
  readonly verdict: Verdict;
  /** Relative error of the slope along the worst direction, each at its best step. */
  readonly error: number;
  /** Which cells moved along that direction. */
  readonly cells: string;
  /** The score is rounded on its way: the gradient is straight-through, and differences can confirm but not refute it. */
  readonly rounded: boolean;
}

/** Steps of the central difference, relative to the activation. In deep networks the next kink is nearer than 1e-3. */
const STEPS = [1e-2, 1e-3, 3e-4, 1e-4];

/** float32 differences through kinks are not sharper than this. */
export const GRADIENT_TOLERANCE = 2e-2;

/** Differences contradict a gradient where the smaller steps vary by less than this part of what they differ from it. */
const SETTLED = 0.25;

/** From the best to the worst. */
const rank: readonly Verdict[] = ['agrees', 'unsettled', 'differs'];

function verdictOf({ found, scale, error }: Slope, rounded: boolean): Verdict {
  if (error <= GRADIENT_TOLERANCE) return 'agrees';
  const small = found.slice(1);
  const settled = Math.max(...small) - Math.min(...small) <= SETTLED * error * scale;
  return settled && !rounded ? 'differs' : 'unsettled';
}

export interface GradientPlace extends Omit<SlopePlace, 'score'> {
  /** The class that was differentiated. */
  readonly classIndex: number;
}

/** Compares one layer's gradient with differences of {@link Model.resume}; a mask that flips between steps is no error, a step that fits is enough. */
export async function checkGradient(
  model: Model,
  { classIndex, ...place }: GradientPlace,
  options: RunOptions = {},
): Promise<GradientCheck> {
  const { name: layer, rounded = false } = place.layer;
  const score: SlopePlace['score'] = ({ data, dims: [samples = 1] }, sample) =>
    data[sample * (data.length / samples) + classIndex] ?? Number.NaN;
  const checks = (await slopesAt(model, { ...place, score }, STEPS, options)).map(
    (slope): GradientCheck => ({
      layer,
      rounded,
      verdict: verdictOf(slope, rounded),
      error: slope.error,
      cells: slope.cells,
    }),
  );
  return checks.reduce((worst, check) => {
    const worse = rank.indexOf(check.verdict) - rank.indexOf(worst.verdict);
    return worse > 0 || (worse === 0 && check.error > worst.error) ? check : worst;
  });
}
