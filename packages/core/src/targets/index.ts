export * from './binary.ts';
export * from './class.ts';
export * from './contrast.ts';
export * from './detection.ts';
export * from './linear.ts';
export * from './probability.ts';
export * from './segmentation.ts';
export * from './similarity.ts';
