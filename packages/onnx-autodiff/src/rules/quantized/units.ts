import type { Value } from '../../emit/tape.ts';
import { INT8, INT16, typeName, UINT8, UINT16 } from '../../graph/types.ts';
import { type Context, type Missing, missing } from '../rule.ts';

/** The least and the greatest quantised value. */
const RANGES = new Map<number, readonly [low: number, high: number]>([
  [UINT8, [0, 255]],
  [INT8, [-128, 127]],
  [UINT16, [0, 65535]],
  [INT16, [-32768, 32767]],
]);

/** Scales and zero points: where they follow the values (dynamic quantisation), straight-through leaves that out. */
export const SCALES: null = null;
export const WEIGHTS: Missing = missing(
  'quantised weights have no gradient rule; ask for inputs, activations or float parameters',
);

/**
 * The gradient where the output does not sit on an end of its integer range. Quantisers fold Relu and Clip into the range:
 * there nothing passes. Told by the output, so that the runtime goes on computing in integers.
 * @param zero the position of the zero point, whose type is the output's
 */
export function unsaturated(context: Context, zero: number, fallback: number = UINT8): Value {
  const { e, g, y, rawY, raw, has } = context;
  const type = rawY.type ?? (has(zero) ? raw[zero]?.type : undefined) ?? fallback;
  const [low, high] = RANGES.get(type) ?? e.refuse(`quantisation to ${typeName(type)} has no gradient rule yet`);
  return e.withDims(e.gate(e.within(e.float(rawY), low, high), g), y.dims);
}

/** (q - zero) * scale, where the scale may be one per index of an axis. */
export function realOf(context: Context, q: number, scale: number, zero: number, axis?: number): Value {
  const { e, raw, x, has } = context;
  const integers = raw[q] as Value;
  const along = (value: Value): Value =>
    axis !== undefined && value.dims?.length !== 0 && value.dims?.[0] !== 1
      ? e.alongAxis(value, axis, e.rank(integers))
      : value;
  const centred = has(zero) ? e.sub(e.float(integers), along(e.float(raw[zero] as Value))) : e.float(integers);
  return e.withDims(e.mul(centred, along(x[scale] as Value)), integers.dims);
}

/**
 * A gradient in the real units that the tensor was quantised with. An operator reads it with a scale of its own, which is
 * another name for the same number in every sane file; where it is not, their ratio counts.
 */
export function inUnits(context: Context, input: number, scale: number, gradient: Value): Value {
  const { e, node, x, constant, quantisation } = context;
  const origin = quantisation(input);
  if (!origin || origin.name === node.inputs[scale]) return gradient;
  const read = constant(scale);
  if (read && origin.values && read.join() === origin.values.join()) return gradient;
  if ((read?.length ?? 1) !== 1 || (origin.values?.length ?? 1) !== 1)
    return e.refuse('it reads scales per channel other than those it was quantised with');
  return e.mul(gradient, e.div(x[scale] as Value, origin.scale));
}
