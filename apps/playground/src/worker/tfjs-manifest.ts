import { GradcamError } from '@gradcam/tfjs';

/** What a model.json says, and the files that it asks for. */
export interface Manifest {
  readonly format: 'LayersModel' | 'GraphModel';
  readonly weights: readonly File[];
  readonly metadata: ReadonlyMap<string, string>;
}

interface Group {
  readonly paths: readonly string[];
}

interface ModelJson {
  readonly modelTopology?: object | null;
  readonly weightsManifest?: unknown;
  readonly userDefinedMetadata?: Readonly<Record<string, unknown>> | null;
}

/** @throws GradcamError `bad-model` for what is no model.json, or weights that are not there */
export async function readManifest(file: File, beside: readonly File[]): Promise<Manifest> {
  const json = parsed(await file.text(), file.name);
  const { modelTopology: topology, weightsManifest, userDefinedMetadata } = json;
  if (!topology || typeof topology !== 'object' || !isManifest(weightsManifest)) {
    throw new GradcamError(
      'bad-model',
      `${file.name} is no TensorFlow.js model; expected a modelTopology and a weightsManifest, as tensorflowjs_converter and model.save write them`,
    );
  }
  const names = weightsManifest.flatMap(({ paths }) => paths).map((path) => path.split('/').at(-1) ?? path);
  const missing = names.filter((name) => !beside.some((one) => one.name === name));
  if (missing.length > 0) {
    throw new GradcamError(
      'bad-model',
      `${file.name} keeps its weights in ${missing.join(', ')}, which ${missing.length > 1 ? 'are' : 'is'} missing; drop ${missing.length > 1 ? 'those files' : 'that file'} together with ${file.name}`,
    );
  }
  const metadata = Object.entries(userDefinedMetadata ?? {}).map(
    ([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)] as const,
  );
  return {
    format: 'node' in topology ? 'GraphModel' : 'LayersModel',
    weights: beside.filter(({ name }) => names.includes(name)),
    metadata: new Map(metadata),
  };
}

const isGroup = (group: Partial<Group> | null): boolean =>
  Array.isArray(group?.paths) && group.paths.every((path) => typeof path === 'string');

const isManifest = (value: unknown): value is readonly Group[] => Array.isArray(value) && value.every(isGroup);

function parsed(text: string, name: string): ModelJson {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    throw new GradcamError('bad-model', `${name} is not JSON, or cut short; expected a TensorFlow.js model.json`);
  }
}
