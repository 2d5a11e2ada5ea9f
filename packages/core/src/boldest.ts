import { channelMeans, type Features } from './features.ts';

/** The `count` channels that vary most over the positions (largest variance), in their own order; all where there are no more. */
export function boldest(features: Features, count: number): number[] {
  const { data, channels, positions } = features;
  const all = Array.from({ length: channels }, (_, k) => k);
  if (count >= channels) return all;
  const means = channelMeans(features);
  const variances = means.map((mean, k) => {
    let sum = 0;
    for (let i = k * positions; i < (k + 1) * positions; i++) sum += ((data[i] ?? 0) - mean) ** 2;
    return sum;
  });
  return all
    .toSorted((a, b) => (variances[b] ?? 0) - (variances[a] ?? 0))
    .slice(0, count)
    .toSorted((a, b) => a - b);
}
