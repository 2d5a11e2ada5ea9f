import type { Inputs, Layer, Model, RunOptions } from './model.ts';
import { pointAt } from './point-at.ts';
import { xoshiro128 } from './random.ts';
import type { Tensor } from './tensor.ts';

/** Where a gradient is held against differences of the score. */
export interface SlopePlace {
  readonly layer: Layer;
  /** Of one sample. */
  readonly activation: Tensor;
  readonly gradient: Tensor;
  readonly inputs: Inputs;
  /** What was differentiated, of one sample of the output. */
  readonly score: (output: Tensor, sample: number) => number;
}

/** How the score changes along one direction at a layer. */
export interface Slope {
  /** Which cells move. */
  readonly cells: string;
  /** By the gradient. */
  readonly told: number;
  /** By central differences, one for each step. */
  readonly found: readonly number[];
  /** What errors are relative to: `told`, or where cells hardly count, a part of what all cells together give. */
  readonly scale: number;
  /** Relative error at the step that fits best: a mask that flips at another is no error. NaN where the score is no number. */
  readonly error: number;
}

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
 * so that no two cells cancel; where the gradient says zero, either way.
 */
function direction({ data }: Tensor, gradient: Tensor, cells: Cells): Float64Array {
  const { uniform } = xoshiro128(7);
  return Float64Array.from(data, (value, i) => {
    const [size, side] = [0.5 + uniform(), uniform() < 0.5 ? -1 : 1];
    return cells.has(i) ? Math.abs(value) * size * (Math.sign(gradient.data[i] ?? 0) || side) : 0;
  });
}

/** The activation moved along a direction, forwards and backwards by each step: one batch. */
function moved({ data, dims }: Tensor, along: Float64Array, steps: readonly number[]): Tensor {
  const by = steps.flatMap((step) => [step, -step]);
  const result = new Float32Array(by.length * data.length);
  by.forEach((step, sample) => {
    data.forEach((value, i) => {
      result[sample * data.length + i] = value + step * (along[i] ?? 0);
    });
  });
  return { data: result, dims: [by.length, ...dims.slice(1)] };
}

/**
 * A gradient beside central differences of {@link Model.resume}, along all cells of a layer and along each border of a map.
 * @param steps relative to the activation
 */
export async function slopesAt(
  model: Model,
  { layer, activation, gradient, inputs, score }: SlopePlace,
  steps: readonly number[],
  options: RunOptions = {},
): Promise<readonly Slope[]> {
  const slopes: Slope[] = [];
  for (const cells of cellsOf(layer, activation)) {
    const along = direction(activation, gradient, cells);
    const told = along.reduce((sum, by, i) => sum + by * (gradient.data[i] ?? 0), 0);
    const { output } = await model.resume(pointAt(layer, moved(activation, along, steps), inputs), options);
    const found = steps.map((step, k) => (score(output, 2 * k) - score(output, 2 * k + 1)) / (2 * step));
    const whole = slopes[0]?.told ?? told;
    const scale = Math.max(Math.abs(told), 1e-2 * Math.abs(whole)) || 1;
    const error = Math.min(...found.map((slope) => Math.abs(slope - told) / scale));
    slopes.push({ cells: cells.name, told, found, scale, error });
  }
  return slopes;
}
