import type { GradientMethod, Method } from '../method.ts';
import { gradCamPlusPlus } from '../methods/grad-cam-plus-plus.ts';
import { xGradCam } from '../methods/x-grad-cam.ts';

/** As {@link gradCamPlusPlus}, with the epsilon of 1e-6 in alpha's denominator that fades small gradients. */
const fadingPlusPlus: GradientMethod = {
  ...gradCamPlusPlus,
  explain: ({ data, channels, positions }, gradient) => {
    const weights = new Float64Array(channels);
    for (let k = 0; k < channels; k++) {
      const [from, to] = [k * positions, (k + 1) * positions];
      let total = 0;
      for (let i = from; i < to; i++) total += data[i] ?? 0;
      let weight = 0;
      for (let i = from; i < to; i++) {
        const g = gradient.data[i] ?? 0;
        if (!(g <= 0)) weight += g ** 3 / (2 * g ** 2 + total * g ** 3 + 1e-6);
      }
      weights[k] = weight;
    }
    return { weights };
  },
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
export const pytorchGradCamMethods: ReadonlyMap<Method, Method> = new Map([
  [gradCamPlusPlus, fadingPlusPlus],
  [xGradCam, unguardedXGradCam],
]);
