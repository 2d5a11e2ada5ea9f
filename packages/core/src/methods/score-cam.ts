import { GradcamError } from '../errors.ts';
import { heatmap } from '../map/heatmap.ts';
import { normalise } from '../map/normalise.ts';
import { resize } from '../map/resize.ts';
import type { ProbeMethod } from '../method.ts';

/**
 * Score-CAM: sum_k w_k A_k with w = softmax over k of y(X * M_k), M_k channel k of the activation resized (half-pixel bilinear) to the
 * picture and stretched to 0..1. X is multiplied as the model sees it, after preprocessing, so masked parts become zero. Two-dimensional maps.
 */
export const scoreCam: ProbeMethod = {
  kind: 'probe',
  name: 'score-cam',
  title: 'Score-CAM',
  paper: 'Wang et al. 2020 (arXiv 1910.01279)',
  cost: '1 forward, 1 forward per channel',
  explain: async ({ activation, picture, scoresOfPictures }) => {
    const [height, width] = activation.space;
    const [down, across] = picture.space;
    if (!height || !width || !down || !across || activation.space.length > 2 || picture.space.length > 2) {
      throw new GradcamError(
        'bad-option',
        `Score-CAM expects a picture [C, H, W] and a map [C, h, w]; the map has ${activation.space.length} axes`,
      );
    }
    const scores = await scoresOfPictures(activation.channels, (k, values) => {
      const channel = activation.data.subarray(k * activation.positions, (k + 1) * activation.positions);
      const mask = normalise(resize(heatmap(channel, width, height), across, down), 'min-max').data;
      values.forEach((value, at) => {
        values[at] = value * (mask[at % mask.length] ?? 0);
      });
    });
    const largest = scores.reduce((a, b) => Math.max(a, b), -Infinity);
    const exponentials = scores.map((score) => Math.exp(score - largest));
    const sum = exponentials.reduce((a, b) => a + b, 0);
    return { weights: exponentials.map((value) => value / sum) };
  },
};
