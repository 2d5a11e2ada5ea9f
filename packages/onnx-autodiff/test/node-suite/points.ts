import { openGraph } from '../../src/graph/graph.ts';
import { generator, hash, normal } from '../rules/random.ts';
import type { Session, Values } from '../rules/runtime.ts';
import type { Feeds } from './measure.ts';

/** Inputs that change the output, and yet have no derivative in our table: why. They are not moved off kinks either. */
const STRUCTURAL: Readonly<Record<string, string>> = {
  'Resize 1': 'the region of interest is a choice, not a value',
  'Resize 2': 'scales choose the output size',
  'Upsample 1': 'scales choose the output size',
  'OneHot 1': 'the depth is a size',
  'Range 1': 'the limit is a size',
  'QuantizeLinear 1': 'straight-through estimation takes scales as constants',
  'DequantizeLinear 1': 'straight-through estimation takes scales as constants',
  'DynamicQuantizeLinear 0': 'straight-through estimation leaves out that the scale follows the values',
};

/** Why an input is on that list, if it is. */
export function structural(bytes: Uint8Array, name: string): string | undefined {
  const readers = openGraph(bytes).consumers.get(name) ?? [];
  return readers.map((node) => STRUCTURAL[`${node.op} ${node.inputs.indexOf(name)}`]).find(Boolean);
}

/** Off whole numbers and ties, where piecewise operators have kinks; `attempt` 1 stays positive, 2 goes towards zero. */
function jittered(values: Values, attempt: number, seed: number): Values {
  const random = generator(seed);
  const data = Float64Array.from(values.data, (value) => {
    const noise = normal(random);
    const candidates = [
      value + 0.05 * noise,
      value + 0.05 * Math.abs(noise),
      value * (1 - 0.05 * Math.min(1, Math.abs(noise))),
    ];
    return Math.fround(candidates[attempt] ?? value);
  });
  return { ...values, data };
}

export const allFinite = ({ data }: Values): boolean => Array.from(data).every(Number.isFinite);

/** Tests of conversions and masks feed infinities and NaN, where there is nothing to differentiate: ones instead. */
export const tamed = (values: Values): Values =>
  allFinite(values)
    ? values
    : { ...values, data: Array.from(values.data, (value) => (Number.isFinite(value) ? value : 1)) };

const sizes = (values: ReadonlyMap<string, Values>): string =>
  [...values.values()].map(({ dims }) => dims.join()).join(';');

/** The feeds moved off kinks, as far as the domain of the function lets them. */
export async function moved(
  plain: Session,
  feeds: Feeds,
  names: readonly string[],
  before: ReadonlyMap<string, Values>,
  of: readonly string[],
): Promise<Feeds> {
  for (const attempt of [0, 1, 2]) {
    const trial = new Map(feeds);
    for (const name of names) trial.set(name, jittered(feeds.get(name) as Values, attempt, hash(name)));
    const y = await plain.run(trial).catch(() => undefined);
    if (y && of.every((name) => allFinite(y.get(name) as Values)) && sizes(y) === sizes(before)) return trial;
  }
  return feeds;
}
