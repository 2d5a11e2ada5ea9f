import type { Features } from './features.ts';
import type { Change } from './probe.ts';
import type { Random } from './random.ts';

/** Adds normal noise to a picture, of a deviation that is a share of the picture's own range. */
export function noisyPicture({ data }: Features, share: number, random: Random): Change {
  const range = data.reduce((a, b) => Math.max(a, b), -Infinity) - data.reduce((a, b) => Math.min(a, b), Infinity);
  return (_, values) => {
    for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) + share * range * random.normal();
  };
}
