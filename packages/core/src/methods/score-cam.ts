import { boldest } from '../boldest.ts';
import { GradcamError } from '../errors.ts';
import type { Filter } from '../map/filter.ts';
import { resizeMap } from '../map/resize-map.ts';
import type { ProbeMethod } from '../method.ts';
import type { Probe } from '../probe.ts';
import { softmax } from '../softmax.ts';

/** A variant: how masks are enlarged, and how often and how each is changed before it is laid on the picture. */
export interface Masking {
  readonly filter?: Filter;
  /** Changed masks per channel. */
  readonly samples?: number;
  /** Changes the mask (0..1, at the picture's size) of sample number `sample` in place. */
  readonly vary?: (mask: Float32Array, sample: number, probe: Probe) => void;
}

/** (z - min) / (max - min), zeros where that is nothing; a copy. In one go, since there are thousands; NaN stays NaN. */
function stretched(map: Float32Array): Float32Array {
  let [min, max] = [Infinity, -Infinity];
  for (let i = 0; i < map.length; i++) {
    const value = map[i] ?? 0;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const range = max - min;
  const mask = new Float32Array(map.length);
  for (let i = 0; i < map.length; i++) mask[i] = range === 0 ? 0 : ((map[i] ?? 0) - min) / range;
  return mask;
}

/** The softmax over the channels of the mean score of the picture under each channel's masks; 0 for channels beyond the budget. */
async function maskWeights(probe: Probe, { filter = 'bilinear', samples = 1, vary }: Masking): Promise<Float64Array> {
  const { activation, picture, budget, scoresOfPictures } = probe;
  const { data, channels, positions, space } = activation;
  if (picture.space.length !== space.length) {
    throw new GradcamError(
      'bad-option',
      `masks of ${space.length} axes cannot be laid on a picture of ${picture.space.length}; expected a layer of as many axes as the input`,
    );
  }
  const chosen = boldest(activation, Math.max(1, Math.floor(budget / samples)));
  const maskOf = (k: number): Float32Array => {
    const channel = { data: data.subarray(k * positions, (k + 1) * positions), dims: space };
    return stretched(resizeMap(channel, picture.space, { filter }).data);
  };
  const scores = await scoresOfPictures(chosen.length * samples, (index, values) => {
    const mask = maskOf(chosen[Math.floor(index / samples)] ?? 0);
    vary?.(mask, index % samples, probe);
    for (let from = 0; from < values.length; from += mask.length) {
      for (let i = 0; i < mask.length; i++) values[from + i] = (values[from + i] ?? 0) * (mask[i] ?? 0);
    }
  });
  const means = chosen.map(
    (_, at) => scores.subarray(at * samples, (at + 1) * samples).reduce((sum, score) => sum + score, 0) / samples,
  );
  const shares = softmax(means);
  const weights = new Float64Array(channels);
  chosen.forEach((k, at) => {
    weights[k] = shares[at] ?? 0;
  });
  return weights;
}

/** Score-CAM with masks made otherwise. */
export function scoreCamBy(
  masking: Masking,
  described: Partial<Pick<ProbeMethod, 'name' | 'title' | 'paper' | 'cost' | 'peers' | 'differs'>> = {},
): ProbeMethod {
  return {
    kind: 'probe',
    name: 'score-cam',
    title: 'Score-CAM',
    paper: 'Wang et al. 2020 (arXiv 1910.01279)',
    cost: '1 forward, 1 forward per channel',
    peers: 'pytorch-grad-cam ScoreCAM, torch-cam ScoreCAM, tf-keras-vis Scorecam',
    differs:
      'pytorch-grad-cam enlarges the masks so that the corner cells land on the corners (`compat` does too), and holds all masked pictures at once',
    ...described,
    explain: async (probe) => ({ weights: await maskWeights(probe, masking) }),
  };
}

/**
 * Score-CAM: sum_k w_k A_k with w = softmax over k of y(X * M_k), M_k channel k of the activation resized (half-pixel linear) to the picture
 * and stretched to 0..1. X is multiplied as the model sees it, after preprocessing, so masked parts become zero. With a budget only the
 * channels of the largest deviation are tried (Faster Score-CAM). Needs no gradient.
 */
export const scoreCam: ProbeMethod = scoreCamBy({});
