import type { Features } from '../../features.ts';
import type { GradientMethod, Method } from '../../method.ts';
import { gradCam } from '../../methods/grad-cam.ts';

/** The gradient divided by its L2 norm over all channels and positions, as eli5 0.10 does "to reduce noise". */
export function l2Normalised(gradient: Features): Features {
  const squares = gradient.data.reduce((sum, g) => sum + g * g, 0);
  const norm = Math.sqrt(Math.max(squares, 1e-12));
  return { ...gradient, data: gradient.data.map((g) => g / norm) };
}

/** As {@link gradCam}, with the gradient of {@link l2Normalised}: the same map, of another scale. */
const normedGradCam: GradientMethod = {
  ...gradCam,
  explain: (activation, gradient) => gradCam.explain(activation, l2Normalised(gradient)),
};

/** The formulas of eli5 0.10 that differ from ours; 0.16 has none. */
export const eli5Methods: ReadonlyMap<Method, Method> = new Map([[gradCam, normedGradCam]]);
