import { fromGraphModel, fromLayersModel, GradcamError } from '@gradcam/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import { env, io, setBackend } from '@tensorflow/tfjs-core';
// registers the gradients, which a GraphModel needs as well
import { loadLayersModel } from '@tensorflow/tfjs-layers';
import { notesIn } from './notes.ts';
import type { FromFile } from './open-model.ts';
import { readManifest } from './tfjs-manifest.ts';

async function start(): Promise<void> {
  env().set('PROD', true);
  // its threaded build hangs once minified, and needs headers that not every host sends
  env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setWasmPaths({
    'tfjs-backend-wasm.wasm': plain,
    'tfjs-backend-wasm-simd.wasm': simd,
    // asked for, and not loaded
    'tfjs-backend-wasm-threaded-simd.wasm': simd,
  });
  if (!(await setBackend('wasm')))
    throw new GradcamError('runtime', 'tfjs (wasm): the backend does not start; expected a browser with WebAssembly');
}

const inPlainWords = (name: string, error: unknown): never => {
  if (error instanceof GradcamError) throw error;
  const words = error instanceof Error ? error.message : String(error);
  throw new GradcamError('bad-model', `TensorFlow.js cannot load ${name}: ${words}`, { cause: error });
};

/** A model.json with its weight files: LayersModel or GraphModel. @throws GradcamError */
export async function openTfjs(file: File, beside: readonly File[]): Promise<FromFile> {
  const { format, weights, metadata } = await readManifest(file, beside);
  await start();
  const handler = io.browserFiles([file, ...weights]);
  const notes = notesIn(metadata, file.name);
  if (format === 'GraphModel') {
    const loaded = await loadGraphModel(handler).catch((error: unknown) => inPlainWords(file.name, error));
    return { format, model: await fromGraphModel(loaded), notes };
  }
  const loaded = await loadLayersModel(handler).catch((error: unknown) => inPlainWords(file.name, error));
  return { format, model: await fromLayersModel(loaded), notes };
}
