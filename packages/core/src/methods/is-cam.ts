import type { ProbeMethod } from '../method.ts';
import { scoreCamBy } from './score-cam.ts';

const STEPS = 10;

/** IS-CAM: Score-CAM with the mean score over the ten masks M_k i / 10, i = 1..10, on the straight way from nothing to the mask. */
export const isCam: ProbeMethod = scoreCamBy(
  {
    samples: STEPS,
    vary: (mask, sample) => {
      for (let i = 0; i < mask.length; i++) mask[i] = ((mask[i] ?? 0) * (sample + 1)) / STEPS;
    },
  },
  {
    name: 'is-cam',
    title: 'IS-CAM',
    paper: 'Naidu et al. 2020 (arXiv 2010.03023)',
    cost: `1 forward, ${STEPS} forwards per channel`,
    peers: 'torch-cam ISCAM',
    differs: 'masks as in Score-CAM',
  },
);
