import { readFile } from 'node:fs/promises';
import type { io } from '@tensorflow/tfjs-core';
import { FileError, fileReason } from '../exit.ts';
import type { InputFile } from '../input-files.ts';

/** What a model.json says. */
export interface TfjsFile {
  readonly kind: 'layers' | 'graph';
  readonly json: io.ModelJSON;
  readonly weightsManifest: io.WeightsManifestConfig;
}

/** @throws FileError for what is no model.json */
export async function readManifest({ path, shown }: InputFile): Promise<TfjsFile> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new FileError(
      `cannot read the model ${shown}: ${fileReason(error)}; give the path of a TensorFlow.js model.json`,
    );
  });
  const json = parsed(text, shown);
  const kind = kindOf(json);
  const { weightsManifest } = json;
  if (!kind || !isManifest(weightsManifest)) {
    const lacking = kind
      ? 'a weightsManifest of paths and weights'
      : 'the modelTopology of a LayersModel or GraphModel';
    throw new FileError(
      `${shown} is no TensorFlow.js model; expected ${lacking}, as tensorflowjs_converter and model.save write it`,
    );
  }
  return { kind, json: json as unknown as io.ModelJSON, weightsManifest };
}

function parsed(text: string, shown: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    throw new FileError(`${shown} is not JSON, or cut short; expected a TensorFlow.js model.json`);
  }
}

/** By its `format`, which old files lack, and what its topology looks like. */
function kindOf({ format, modelTopology }: Record<string, unknown>): 'layers' | 'graph' | undefined {
  if (typeof modelTopology !== 'object' || modelTopology === null) return undefined;
  if (format === 'graph-model' || 'node' in modelTopology) return 'node' in modelTopology ? 'graph' : undefined;
  return 'model_config' in modelTopology || 'class_name' in modelTopology ? 'layers' : undefined;
}

function isManifest(value: unknown): value is io.WeightsManifestConfig {
  return (
    Array.isArray(value) &&
    value.every(
      ({ paths, weights }: Partial<io.WeightsManifestConfig[number]>) =>
        Array.isArray(paths) &&
        paths.every((path) => typeof path === 'string') &&
        Array.isArray(weights) &&
        weights.every(isSpec),
    )
  );
}

const isSpec = ({ name, dtype, shape }: Partial<io.WeightsManifestEntry>): boolean =>
  typeof name === 'string' && typeof dtype === 'string' && Array.isArray(shape);
