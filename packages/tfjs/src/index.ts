export * from '@gradcam/core';
export { fromGraphModel } from './from-graph-model.ts';
export { fromLayersModel } from './from-layers-model.ts';
export type { GraphModel } from './graph-model.ts';
export type { LayersModel } from './layers-model.ts';
export type { FromTfjsOptions } from './open.ts';
export { TfjsModel } from './tfjs-model.ts';
