import { featuresOf } from './features.ts';
import type { Pass } from './model.ts';
import type { Candidates, Place } from './place.ts';

/** The first place whose positions have a gradient in any sample. */
export function reached([first, ...others]: Candidates, { gradients }: Pass, batch: number): Place {
  const isReached = ({ layer, grid }: Place): boolean => {
    const gradient = gradients.get(layer.name);
    const samples = Array.from({ length: batch }, (_, index) => index);
    return (
      gradient !== undefined &&
      samples.some((index) => featuresOf(gradient, grid, index).data.some((value) => value !== 0))
    );
  };
  return others.length === 0 ? first : ([first, ...others].find(isReached) ?? first);
}
