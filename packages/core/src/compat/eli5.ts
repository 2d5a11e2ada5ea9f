import type { GradientMethod, Method } from '../method.ts';
import { gradCam } from '../methods/grad-cam.ts';

/** As {@link gradCam}, with the gradient divided by its L2 norm (eli5 0.10): the same map, of another scale. */
const normedGradCam: GradientMethod = {
  ...gradCam,
  explain: (activation, gradient) => {
    const squares = gradient.data.reduce((sum, g) => sum + g * g, 0);
    const norm = Math.sqrt(Math.max(squares, 1e-12));
    return gradCam.explain(activation, { ...gradient, data: gradient.data.map((g) => g / norm) });
  },
};

/** The formulas of eli5 that differ from ours. */
export const eli5Methods: ReadonlyMap<Method, Method> = new Map([[gradCam, normedGradCam]]);
