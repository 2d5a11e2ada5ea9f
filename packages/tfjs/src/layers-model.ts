import type { Tensor } from '@tensorflow/tfjs-core';

/** What this package uses of a LayersModel of `@tensorflow/tfjs-layers`, so that its types need not be installed. */
export interface LayersModel extends Container {
  readonly inputNames: readonly string[];
  predict(inputs: Tensor | Tensor[]): Tensor | Tensor[];
}

export interface Container extends CalledLayer {
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  readonly layers: readonly CalledLayer[];
}

/** A layer, of which a model may hold several calls. */
export interface CalledLayer {
  readonly name: string;
  readonly stateful: boolean;
  readonly inboundNodes: readonly { readonly outputTensors: readonly SymbolicTensor[] }[];
  getClassName(): string;
  getConfig(): object;
  apply(inputs: Tensor[], kwargs: { readonly training: false }): unknown;
}

/** One value of a call. */
export interface SymbolicTensor {
  readonly id: number;
  readonly name: string;
  readonly shape: readonly (number | null)[];
  readonly dtype: string;
  readonly sourceLayer: CalledLayer;
  readonly nodeIndex: number;
  readonly tensorIndex: number;
  readonly inputs: readonly SymbolicTensor[];
}

export function isContainer(layer: CalledLayer): layer is Container {
  return Array.isArray((layer as Partial<Container>).layers) && Array.isArray((layer as Partial<Container>).outputs);
}

/** Where each layer is found: its name behind those of the models around it, the outermost left out. */
export function pathsOf(model: Container, prefix = ''): Map<CalledLayer, string> {
  const paths = new Map<CalledLayer, string>();
  for (const layer of model.layers) {
    const path = `${prefix}${layer.name}`;
    paths.set(layer, path);
    if (isContainer(layer)) for (const [inner, innerPath] of pathsOf(layer, `${path}/`)) paths.set(inner, innerPath);
  }
  return paths;
}
