export * from '@gradcam/core';
export { type FromOnnxOptions, fromOnnx } from './from-onnx.ts';
export { OnnxModel } from './onnx-model.ts';
export type { Ort } from './runtime.ts';
export type { TokenOptions } from './token-grid.ts';
