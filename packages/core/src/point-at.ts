import type { Inputs, Layer, Point } from './model.ts';
import type { Tensor } from './tensor.ts';

/** The point at which `resume` and `pull` go on from a layer: with the inputs where paths lead around it. */
export function pointAt(
  { name, bypassed }: Pick<Layer, 'name' | 'bypassed'>,
  activation: Tensor,
  inputs: Inputs,
): Point {
  return { layer: name, activation, ...(bypassed ? { inputs } : {}) };
}
