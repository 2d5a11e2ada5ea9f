import type { Case } from '../case.ts';
import { batchNorms } from './batch-norm.ts';
import { broadcasts } from './broadcast.ts';
import { convolutions } from './convolution.ts';
import { pools } from './pool.ts';
import { resamplings } from './resample.ts';
import { selections } from './select.ts';
import { spreads } from './spread.ts';
import { trustedElementwise } from './trusted-elementwise.ts';
import { trustedMaps } from './trusted-maps.ts';

export const cases: readonly Case[] = [
  ...batchNorms,
  ...broadcasts,
  ...convolutions,
  ...pools,
  ...resamplings,
  ...selections,
  ...spreads,
  ...trustedElementwise,
  ...trustedMaps,
];
