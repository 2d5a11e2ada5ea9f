import { mapOf } from '../evidence.ts';
import { resizeMap } from '../map/resize-map.ts';
import type { ProbeMethod } from '../method.ts';
import { gradCam } from './grad-cam.ts';
import { FAILS_SANITY_CHECKS } from './guided-backprop.ts';

const unchanged = (): void => {};

/**
 * Guided Grad-CAM: guided backpropagation, summed over the picture's channels, times [Grad-CAM]+ resized (half-pixel linear) to the picture.
 * Its detail is that of guided backpropagation, which hardly depends on the class; only where it is shown does. Signed, at the picture's
 * resolution.
 */
export const guidedGradCam: ProbeMethod = {
  kind: 'probe',
  name: 'guided-grad-cam',
  title: 'Guided Grad-CAM',
  paper: 'Selvaraju et al. 2017 (arXiv 1610.02391); fails sanity checks (arXiv 1810.03292)',
  cost: '1 forward, 1 forward with guided backward, 1 pull',
  peers: 'captum GuidedGradCam; of pytorch-grad-cam the product of GuidedBackpropReLUModel and GradCAM',
  gradient: true,
  caution: FAILS_SANITY_CHECKS,
  explain: async ({ activation, picture, layers, gradients, readings }) => {
    let coarse = new Float32Array(activation.positions);
    await gradients(1, unchanged, (gradient) => {
      coarse = mapOf(gradCam.explain(activation, gradient), activation).map((value) => Math.max(0, value));
    });
    const fine = resizeMap({ data: coarse, dims: activation.space }, picture.space).data;
    const map = new Float64Array(picture.positions);
    const [input] = layers;
    await readings(
      1,
      unchanged,
      (found) =>
        found.get(input?.name ?? '')?.gradient.data.forEach((g, at) => {
          const i = at % map.length;
          map[i] = (map[i] ?? 0) + g * (fine[i] ?? 0);
        }),
      { layers: input ? [input] : [], rule: 'guided' },
    );
    return { map, space: picture.space };
  },
};
