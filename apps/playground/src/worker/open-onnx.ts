import { fromOnnx, GradcamError, type Ort } from '@gradcam/onnx';
import type { Runtime } from '../protocol.ts';
import { notesIn } from './notes.ts';
import type { FromFile } from './open-model.ts';

/** A browser may know WebGPU and have no GPU for it. */
async function checkGpu(): Promise<void> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<object | null> } };
  if (await gpu?.requestAdapter()) return;
  throw new GradcamError('runtime', 'this browser gives no GPU to WebGPU; expected one, choose the CPU instead');
}

const runtimes: Readonly<Record<Runtime, () => Promise<Ort>>> = {
  wasm: async () => {
    const ort = await import('onnxruntime-web/wasm');
    // threads need headers that not every host of static files sends
    ort.env.wasm.numThreads = 1;
    return ort;
  },
  webgpu: async () => {
    await checkGpu();
    const ort = await import('onnxruntime-web/webgpu');
    ort.env.wasm.numThreads = 1;
    return ort;
  },
};

/** An .onnx file, and the files beside it in which it keeps weights. @throws GradcamError */
export async function openOnnx(file: File, beside: readonly File[], runtime: Runtime): Promise<FromFile> {
  const ort = await runtimes[runtime]();
  const model = await fromOnnx(new Uint8Array(await file.arrayBuffer()), ort, {
    executionProviders: [runtime],
    externalData: async (path) => {
      const weights = beside.find(({ name }) => name === path.split('/').at(-1));
      if (weights) return new Uint8Array(await weights.arrayBuffer());
      throw new GradcamError(
        'bad-model',
        `${file.name} keeps weights in ${path}, which is missing; drop that file together with the model`,
      );
    },
  });
  return { format: 'ONNX', model, notes: notesIn(model.metadata, file.name) };
}
