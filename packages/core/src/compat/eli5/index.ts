export * from './explain-prediction.ts';
export * from './format-as-image.ts';
export * from './gradcam.ts';
export * from './gradcam-backend.ts';
export * from './heatmap-to-image.ts';
export * from './show-prediction.ts';
export type { Eli5Layer } from './validate.ts';
