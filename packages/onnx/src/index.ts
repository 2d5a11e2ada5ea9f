export * from '@gradcam/core';
export type { Augmented } from '@gradcam/onnx-autodiff';
export type { AugmentedFileOptions } from './augmented.ts';
export type { ExternalDataSource } from './external-data.ts';
export { type FromOnnxOptions, fromOnnx } from './from-onnx.ts';
export { OnnxModel } from './onnx-model.ts';
export type { Ort } from './runtime.ts';
export type { TokenOptions } from './token-grid.ts';
