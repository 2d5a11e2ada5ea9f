import type { Network } from '../network.ts';
import { vit, windowAttention } from './attention.ts';
import { denseBlock, residual, squeezeExcite, unet } from './blocks.ts';
import { asymmetric, averagePooling, batchNorm, depthwise, groupedDilated, plainChain } from './convolution.ts';
import { classMap, multiLabel, pooledHead, sigmoidUnit, softmaxHead } from './heads.ts';
import { channelsLast, fixedBatch, freeSize, mixedBatch, reshapedBatch, twoInputs, twoOutputs } from './ports.ts';
import { float16, nested, quantised } from './storage.ts';

/** Every network, in the order of the table. */
export const networks: readonly Network[] = [
  plainChain,
  batchNorm,
  depthwise,
  groupedDilated,
  asymmetric,
  averagePooling,
  residual,
  denseBlock,
  squeezeExcite,
  unet,
  vit,
  windowAttention,
  pooledHead,
  softmaxHead,
  sigmoidUnit,
  multiLabel,
  classMap,
  twoOutputs,
  twoInputs,
  fixedBatch,
  reshapedBatch,
  freeSize,
  channelsLast,
  mixedBatch,
  float16,
  quantised,
  nested,
];
