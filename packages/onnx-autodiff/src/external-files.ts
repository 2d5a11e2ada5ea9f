import { checkLength, type ExternalData, type ExternalTensor, externalTensors } from './graph/external.ts';
import { readModelFile } from './graph/file.ts';

export type { ExternalData, ExternalTensor };

/**
 * The files beside a model that hold its weights, each with what is read from it; empty where the model is whole. Only files in the
 * model's folder or below are ever named.
 * @param data the files that are at hand, to be checked for their length
 * @throws AutodiffError `bad-model` for a place outside of the folder by any spelling, or a file that is too short
 */
export function externalFiles(bytes: Uint8Array, data?: ExternalData): ReadonlyMap<string, readonly ExternalTensor[]> {
  const files = new Map<string, ExternalTensor[]>();
  const { graph, model } = readModelFile(bytes);
  const inFunctions = model.functions.flatMap((body) => externalTensors(body.node, []));
  for (const tensor of [...externalTensors(graph.node, graph.initializer), ...inFunctions]) {
    const file = data?.get(tensor.location);
    if (file) checkLength(tensor, file);
    files.set(tensor.location, [...(files.get(tensor.location) ?? []), tensor]);
  }
  return files;
}
