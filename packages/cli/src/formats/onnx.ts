import { readFile } from 'node:fs/promises';
import { FileError, fileReason } from '../exit.ts';
import type { Format } from './format.ts';
import { weightsBeside } from './onnx-weights.ts';

export const onnx: Format = {
  extension: '.onnx',
  runtimes: ['node', 'wasm'],
  async open(file, runtime) {
    const { path, shown } = file;
    const bytes = await readFile(path).catch((error: unknown) => {
      throw new FileError(`cannot read the model ${shown}: ${fileReason(error)}; give the path of a .onnx file`);
    });
    const { fromOnnx } = await import('@gradcam/onnx');
    // Never both: in one process they share one registry of backends.
    const ort = runtime === 'wasm' ? await import('onnxruntime-web') : await import('onnxruntime-node');
    const model = await fromOnnx(bytes, ort, { externalData: (name) => weightsBeside(file, name) });
    const from = `the metadata of ${shown}`;
    const notes = new Map([...model.metadata].map(([key, text]) => [key, { text, from }]));
    return { model, notes, close: () => model.dispose() };
  },
};
