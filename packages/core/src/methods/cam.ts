import { GradcamError } from '../errors.ts';
import { channelMeans } from '../features.ts';
import type { GradientMethod } from '../method.ts';

/** Largest spread of one channel's gradient, relative to the largest gradient, that rounding explains. */
const UNEVEN = 1e-4;

/**
 * CAM: sum_k W[c, k] A_k, W the weights of a linear layer behind global average pooling. There dy/dA_k is W[c, k] / positions everywhere,
 * so W is read from the gradient, whatever the layer is called or however it is stored.
 * @throws GradcamError `unsupported-model` when the gradient differs between positions: no such head
 */
export const cam: GradientMethod = {
  kind: 'gradient',
  name: 'cam',
  title: 'CAM',
  paper: 'Zhou et al. 2016, equation 2 (arXiv 1512.04150)',
  cost: '1 forward, 1 backward behind the layer',
  peers: 'torch-cam CAM',
  explain: (_activation, gradient) => {
    const { data, positions } = gradient;
    const largest = data.reduce((max, g) => Math.max(max, Math.abs(g)), 0);
    const means = channelMeans(gradient);
    if (data.some((g, at) => Math.abs(g - (means[Math.floor(at / positions)] ?? 0)) > UNEVEN * largest)) {
      throw new GradcamError(
        'unsupported-model',
        'the gradient at the layer differs between positions; CAM expects only global average pooling and a linear layer behind it; use Grad-CAM or HiResCAM',
      );
    }
    return { weights: means.map((mean) => mean * positions) };
  },
};
