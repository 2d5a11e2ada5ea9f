export { definitionOf, PICTURE_SEED } from './definition.ts';
export { onnxBytes } from './formats/onnx.ts';
export type { Node, NodeOf, Operation, Padding, Pair } from './graph/node.ts';
export { padsOf } from './graph/padding.ts';
export * from './network.ts';
export { networks } from './networks/index.ts';
export { referenceModel } from './reference/reference-model.ts';
