import { sizeOf } from './arrays.ts';
import type { Operand } from './case.ts';
import { normal } from './random.ts';

/** The values of an operand: given, or drawn as it says, rounded to what the runtime will read. */
export function draw(operand: Operand, random: () => number): Float64Array {
  const count = operand.absent ? 0 : sizeOf(operand.dims);
  if (operand.values) return Float64Array.from(operand.values);
  const [low, high] = operand.range ?? [];
  const kinks = operand.kinks ?? [];
  const one = (): number => {
    const value = low === undefined || high === undefined ? normal(random) : low + (high - low) * random();
    return operand.type === undefined || operand.type === 'float32' ? Math.fround(value) : Math.round(value * 64) / 64;
  };
  const values: number[] = [];
  while (values.length < count) {
    const value = operand.distinct ? one() * 3 : one();
    const clear =
      kinks.every((kink) => Math.abs(value - kink) > 0.05) &&
      (!operand.distinct || values.every((other) => Math.abs(value - other) > 2e-3));
    if (clear) values.push(Math.fround(value));
  }
  return Float64Array.from(values);
}
