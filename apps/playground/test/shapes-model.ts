import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fromOnnx, type Model, type Tensor } from '@gradcam/onnx';
import * as ort from 'onnxruntime-node';

/** The sample model, and numbers in place of a picture. */
export async function sample(): Promise<{ model: Model; inputs: Tensor }> {
  const bytes = readFileSync(fileURLToPath(new URL('../../../models/shapes/model.onnx', import.meta.url)));
  const model = await fromOnnx(bytes, ort);
  const data = Float32Array.from({ length: 3 * 96 * 96 }, (_, i) => Math.sin(i * 0.37) + Math.cos(i * 0.0021));
  return { model, inputs: { data, dims: [1, 3, 96, 96] } };
}

/** A model that writes down what it is asked to compute. */
export function noted(model: Model): { model: Model; calls: string[] } {
  const calls: string[] = [];
  const { backend, inputs, outputs, score, layers } = model;
  const note = <Args extends unknown[], T>(name: string, call: (...args: Args) => T) => {
    return (...args: Args): T => {
      calls.push(name);
      return call(...args);
    };
  };
  return {
    calls,
    model: {
      backend,
      inputs,
      outputs,
      score,
      layers,
      run: note('run', model.run.bind(model)),
      resume: note('resume', model.resume.bind(model)),
      pull: note('pull', model.pull.bind(model)),
      dispose: () => model.dispose(),
    },
  };
}
