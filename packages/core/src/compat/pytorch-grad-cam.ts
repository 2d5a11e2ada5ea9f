import type { GradientMethod, Method } from '../method.ts';
import { finerCam } from '../methods/finer-cam.ts';
import { fullGrad, fullGradBy } from '../methods/full-grad.ts';
import { gradCamPlusPlus, plusPlusBy } from '../methods/grad-cam-plus-plus.ts';
import { refineCam } from '../methods/refine-cam.ts';
import { scoreCam, scoreCamBy } from '../methods/score-cam.ts';
import { xGradCam } from '../methods/x-grad-cam.ts';
import { finerWeighted } from './finer-weighted.ts';

/** As {@link gradCamPlusPlus}, with the epsilon of 1e-6 in alpha's denominator that fades small gradients. */
const fadingPlusPlus: GradientMethod = {
  ...gradCamPlusPlus,
  explain: plusPlusBy((g, total) => g ** 3 / (2 * g ** 2 + total * g ** 3 + 1e-6)),
};

/** As {@link xGradCam}, with an epsilon of 1e-7 and no guard. */
const unguardedXGradCam: GradientMethod = {
  ...xGradCam,
  explain: ({ data, channels, positions }, gradient) => {
    const weights = new Float64Array(channels);
    for (let k = 0; k < channels; k++) {
      let [sum, product] = [0, 0];
      for (let i = k * positions; i < (k + 1) * positions; i++) {
        sum += data[i] ?? 0;
        product += (data[i] ?? 0) * (gradient.data[i] ?? 0);
      }
      weights[k] = product / (sum + 1e-7);
    }
    return { weights };
  },
};

/** The formulas of pytorch-grad-cam 1.5 that differ from ours. */
export const pytorchGradCamMethods: ReadonlyMap<Method, Method> = new Map<Method, Method>([
  [gradCamPlusPlus, fadingPlusPlus],
  [xGradCam, unguardedXGradCam],
  [refineCam, { ...refineCam, explain: fadingPlusPlus.explain }],
  [finerCam, { ...finerCam, retarget: finerWeighted }],
  // Masks enlarged so that the corner cells land on the corners.
  [scoreCam, scoreCamBy({ filter: 'bilinear-corners' })],
  // Each channel over its range plus 1e-7.
  [fullGrad, fullGradBy('pytorch-grad-cam')],
]);
