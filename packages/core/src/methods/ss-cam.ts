import type { ProbeMethod } from '../method.ts';
import { scoreCamBy } from './score-cam.ts';

const SAMPLES = 10;
/** Standard deviation of the noise on masks of 0..1. */
const NOISE = 0.3;

/** SS-CAM: Score-CAM with the mean score over ten masks with normal noise (deviation 0.3) added. Seeded. */
export const ssCam: ProbeMethod = scoreCamBy(
  {
    samples: SAMPLES,
    vary: (mask, _sample, { random }) => {
      for (let i = 0; i < mask.length; i++) mask[i] = (mask[i] ?? 0) + NOISE * random.normal();
    },
  },
  {
    name: 'ss-cam',
    title: 'SS-CAM',
    paper: 'Wang et al. 2020 (arXiv 2006.14255)',
    cost: `1 forward, ${SAMPLES} forwards per channel`,
    peers: 'torch-cam SSCAM',
    differs: 'masks as in Score-CAM',
  },
);
