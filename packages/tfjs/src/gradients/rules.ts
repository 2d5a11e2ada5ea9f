import { absolute } from './abs.ts';
import { averagePools } from './average-pool.ts';
import { batchNorm } from './batch-norm.ts';
import { broadcasts } from './broadcast.ts';
import { convolutions } from './convolution.ts';
import { convolutions3d } from './convolution-3d.ts';
import { cumulativeSum } from './cumsum.ts';
import { depthToSpace } from './depth-to-space.ts';
import { depthwise } from './depthwise.ts';
import { einsum } from './einsum.ts';
import { extrema } from './extremum.ts';
import { fused } from './fused.ts';
import { gathers } from './gather.ts';
import { maxPools } from './max-pool.ts';
import { mirrorPad } from './mirror-pad.ts';
import { piecewiseConstant } from './piecewise-constant.ts';
import { product } from './product.ts';
import { resizes } from './resize.ts';
import type { Rule } from './rule.ts';
import { stridedSlice } from './strided-slice.ts';
import { tiling } from './tile.ts';
import { topK } from './top-k.ts';

/** The gradient pack: what TensorFlow.js 4.22 gets wrong, or lacks. */
export const rules: readonly Rule[] = [
  ...convolutions,
  ...convolutions3d,
  ...depthwise,
  ...fused,
  ...averagePools,
  ...maxPools,
  ...resizes,
  mirrorPad,
  batchNorm,
  ...extrema,
  product,
  ...broadcasts,
  ...piecewiseConstant,
  stridedSlice,
  depthToSpace,
  ...gathers,
  einsum,
  cumulativeSum,
  tiling,
  topK,
  absolute,
];
