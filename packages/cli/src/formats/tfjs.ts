import { GradcamError, type Model } from '@gradcam/core';
import { oneLine } from '../exit.ts';
import type { InputFile } from '../input-files.ts';
import type { Format, OpenModel, Runtime } from './format.ts';
import { readManifest, type TfjsFile } from './tfjs-file.ts';
import { notesOf } from './tfjs-notes.ts';
import { readWeights } from './tfjs-weights.ts';

export const tfjs: Format = {
  extension: '.json',
  runtimes: ['wasm', 'cpu'],
  async open(file, runtime) {
    const content = await readManifest(file);
    const weights = await readWeights(file, content.weightsManifest);
    const notes = await notesOf(file, content);
    await start(runtime);
    return { notes, ...(await load(file, content, weights)) };
  },
};

/** Sets tfjs's backend, for this process is ours. */
async function start(runtime: Runtime): Promise<void> {
  const { env, setBackend } = await import('@tensorflow/tfjs-core');
  // else tfjs advertises another package on the console
  env().set('PROD', true);
  if (runtime === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
  else await import('@tensorflow/tfjs-backend-cpu');
  if (!(await setBackend(runtime))) {
    throw new GradcamError('runtime', `tfjs (${runtime}): the backend does not start; try --runtime cpu`);
  }
}

type Opened = Pick<OpenModel, 'model' | 'close'>;

async function load(
  file: InputFile,
  { kind, json, weightsManifest }: TfjsFile,
  weights: ArrayBuffer[],
): Promise<Opened> {
  const { io } = await import('@tensorflow/tfjs-core');
  // registers the gradients, which a GraphModel needs as well
  const { loadLayersModel } = await import('@tensorflow/tfjs-layers');
  const { fromGraphModel, fromLayersModel } = await import('@gradcam/tfjs');
  const specs = weightsManifest.flatMap((group) => group.weights);
  const handler = { load: () => io.getModelArtifactsForJSON(json, () => Promise.resolve([specs, weights])) };
  if (kind === 'layers') return owned(file, () => loadLayersModel(handler), fromLayersModel);
  const { loadGraphModel } = await import('@tensorflow/tfjs-converter');
  return owned(file, () => loadGraphModel(handler), fromGraphModel);
}

/** What is loaded here is disposed of here, after the model that explains it. */
async function owned<Loaded extends { dispose(): unknown }>(
  { shown }: InputFile,
  read: () => Promise<Loaded>,
  open: (loaded: Loaded) => Promise<Model>,
): Promise<Opened> {
  const loaded = await read().catch((error: unknown) => {
    throw new GradcamError('bad-model', `TensorFlow.js cannot load ${shown}: ${oneLine(error)}`, { cause: error });
  });
  try {
    const model = await open(loaded);
    const close = async (): Promise<void> => {
      await model.dispose();
      loaded.dispose();
    };
    return { model, close };
  } catch (error) {
    loaded.dispose();
    throw error;
  }
}
