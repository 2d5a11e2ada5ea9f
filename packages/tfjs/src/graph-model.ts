import type { io, NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';

/** What this package uses of a GraphModel of `@tensorflow/tfjs-converter`, so that its types need not be installed. */
export interface GraphModel {
  readonly inputs: readonly GraphPort[];
  readonly outputs: readonly GraphPort[];
  readonly inputNodes: readonly string[];
  readonly outputNodes: readonly string[];
  execute(inputs: NamedTensorMap, outputs?: string | string[]): Tensor | Tensor[];
  executeAsync(inputs: NamedTensorMap, outputs?: string | string[]): Promise<Tensor | Tensor[]>;
  save(handler: io.IOHandler): Promise<io.SaveResult>;
}

export interface GraphPort {
  readonly name: string;
  readonly shape?: readonly number[] | null | undefined;
  readonly dtype: string;
}

/** A node of a TensorFlow GraphDef, as `model.json` has it. */
export interface NodeDef {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, Attr>>;
}

export interface Attr {
  /** base64 */
  readonly s?: string;
  readonly i?: string | number;
  /** "DT_FLOAT" */
  readonly type?: string;
}

/** The nodes of the model's file, which its own `save` hands over. */
export async function topologyOf(model: GraphModel): Promise<readonly NodeDef[]> {
  let nodes: readonly NodeDef[] = [];
  await model.save({
    save: async ({ modelTopology }) => {
      nodes = (modelTopology as { readonly node?: readonly NodeDef[] } | undefined)?.node ?? [];
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    },
  });
  return nodes;
}

/** The text of a string attribute. */
export function textOf(attr: Attr | undefined): string {
  return attr?.s === undefined ? '' : atob(attr.s);
}
