import type { Features } from '../features.ts';
import type { GradientMethod } from '../method.ts';

/** The largest absolute value over the channels, [positions]. */
export function strongest({ data, positions }: Pick<Features, 'data' | 'positions'>): Float32Array {
  const map = new Float32Array(positions);
  data.forEach((value, at) => {
    const i = at % positions;
    map[i] = Math.max(map[i] ?? 0, Math.abs(value));
  });
  return map;
}

/** Saliency: max over the picture's channels of abs(dy/dX), at the picture's resolution. Never negative. */
export const saliency: GradientMethod = {
  kind: 'gradient',
  name: 'saliency',
  title: 'Saliency',
  paper: 'Simonyan et al. 2013, section 3.1 (arXiv 1312.6034)',
  cost: '1 forward, 1 backward',
  peers: 'captum Saliency, xplique Saliency, tf-keras-vis Saliency',
  at: 'input',
  explain: (_picture, gradient) => ({ map: strongest(gradient) }),
};
