import type { ActivationMethod } from '../method.ts';

/** Random-CAM: sum_k w_k A_k with w_k uniform in [-1, 1). A control: a method that looks no better than this explains nothing. */
export const randomCam: ActivationMethod = {
  kind: 'activation',
  name: 'random-cam',
  title: 'Random-CAM',
  paper: 'a control, no paper',
  cost: '1 forward',
  peers: 'pytorch-grad-cam RandomCAM',
  differs: 'seeded here',
  ignoresTarget: true,
  explain: ({ channels }, { random }) => ({
    weights: Float64Array.from({ length: channels }, () => 2 * random.uniform() - 1),
  }),
};
