import type { Inputs, Layer, Model, RunOptions } from './model.ts';
import { xoshiro128 } from './random.ts';
import type { Tensor } from './tensor.ts';

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

/** Steps of the central difference, relative to the activation; the best of them counts. In deep networks the next kink is nearer than 1e-3. */
const STEPS = [1e-2, 1e-3, 3e-4, 1e-4];

/** float32 differences through kinks are not sharper than this. */
export const GRADIENT_TOLERANCE = 2e-2;

/** Differences contradict a gradient where the smaller steps vary by less than this part of what they differ from it. */
const SETTLED = 0.25;

interface Cells {
  readonly name: string;
  readonly has: (index: number) => boolean;
}

/** All cells, and of a map each border by itself: padding is where rules go wrong. */
function cellsOf({ grid }: Layer, { dims }: Tensor): readonly Cells[] {
  const all = { name: 'all cells', has: () => true };
  const [, , height = 1, width = 1] = dims;
  if (grid?.kind !== 'map' || dims.length !== 4 || height === 1 || width === 1) return [all];
  const row = (i: number): number => Math.floor(i / width) % height;
  return [
    all,
    { name: 'the first row', has: (i) => row(i) === 0 },
    { name: 'the last row', has: (i) => row(i) === height - 1 },
    { name: 'the first column', has: (i) => i % width === 0 },
    { name: 'the last column', has: (i) => i % width === width - 1 },
  ];
}

/**
 * Each cell moves in proportion to its value, so that hardly a Relu or a maximum changes its mind, and along the sign of the gradient,
 * so that no two cells cancel.
 */
function direction({ data }: Tensor, gradient: Tensor, cells: Cells): Float64Array {
  const { uniform } = xoshiro128(7);
  return Float64Array.from(data, (value, i) => {
    const [size, side] = [0.5 + uniform(), uniform() < 0.5 ? -1 : 1];
    return cells.has(i) ? Math.abs(value) * size * (Math.sign(gradient.data[i] ?? 0) || side) : 0;
  });
}

function judge(slopes: readonly number[], told: number, scale: number): { verdict: Verdict; error: number } {
  const error = slopes.reduce(
    (best, slope) => Math.min(best, Math.abs(slope - told) / scale),
    Number.POSITIVE_INFINITY,
  );
  if (error <= GRADIENT_TOLERANCE) return { verdict: 'agrees', error };
  const small = slopes.slice(1);
  const settled = Math.max(...small) - Math.min(...small) <= SETTLED * error * scale;
  return { verdict: settled ? 'differs' : 'unsettled', error };
}

export interface GradientPlace {
  readonly layer: Layer;
  /** Of one sample. */
  readonly activation: Tensor;
  readonly gradient: Tensor;
  readonly inputs: Inputs;
  /** The class that was differentiated. */
  readonly classIndex: number;
}

/** Compares one layer's gradient with differences of {@link Model.resume}; a mask that flips between steps is no error, a step that fits is enough. */
export async function checkGradient(
  model: Model,
  { layer, activation, gradient, inputs, classIndex }: GradientPlace,
  options: RunOptions = {},
): Promise<GradientCheck> {
  const size = activation.data.length;
  const rounded = layer.rounded ?? false;
  const point = { layer: layer.name, ...(layer.bypassed ? { inputs } : {}) };
  let whole = 0;
  let worst: { verdict: Verdict; error: number; cells: string } | undefined;
  const rank: readonly Verdict[] = ['agrees', 'unsettled', 'differs'];
  for (const cells of cellsOf(layer, activation)) {
    const along = direction(activation, gradient, cells);
    const told = along.reduce((sum, by, i) => sum + by * (gradient.data[i] ?? 0), 0);
    whole ||= Math.abs(told);
    const data = new Float32Array(2 * STEPS.length * size);
    STEPS.forEach((step, k) => {
      activation.data.forEach((value, i) => {
        data[2 * k * size + i] = value + step * (along[i] ?? 0);
        data[(2 * k + 1) * size + i] = value - step * (along[i] ?? 0);
      });
    });
    const dims = [2 * STEPS.length, ...activation.dims.slice(1)];
    const { output } = await model.resume({ ...point, activation: { data, dims } }, options);
    const classes = output.data.length / (2 * STEPS.length);
    const score = (sample: number): number => output.data[sample * classes + classIndex] ?? Number.NaN;
    const slopes = STEPS.map((step, k) => (score(2 * k) - score(2 * k + 1)) / (2 * step));
    // a border that hardly counts is judged by the whole
    const found = judge(slopes, told, Math.max(Math.abs(told), 1e-2 * whole) || 1);
    const verdict = found.verdict === 'differs' && rounded ? 'unsettled' : found.verdict;
    const worse =
      !worst ||
      rank.indexOf(verdict) > rank.indexOf(worst.verdict) ||
      (verdict === worst.verdict && found.error > worst.error);
    if (worse) worst = { verdict, error: found.error, cells: cells.name };
  }
  return { layer: layer.name, rounded, ...(worst ?? { verdict: 'unsettled', error: Number.NaN, cells: 'none' }) };
}
