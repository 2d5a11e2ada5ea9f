export { correlation, relativeError } from './laws/compare.ts';
export * from './laws/index.ts';
export * from './laws/law.ts';
export * from './networks.ts';
export * from './test-model.ts';
export * from './test-slow-model.ts';
