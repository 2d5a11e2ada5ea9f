import * as ort from 'onnxruntime-web/wasm';
import { explain, fromOnnx, type Tensor } from '../dist/index.js';

export interface Question {
  readonly bytes: Uint8Array;
  readonly picture: Tensor;
  readonly target: number;
}

export interface Answer {
  readonly backend?: string;
  readonly map?: Tensor;
  readonly activation?: Tensor | undefined;
  readonly error?: string;
}

ort.env.wasm.numThreads = 1;

self.addEventListener('message', async ({ data: { bytes, picture, target } }: MessageEvent<Question>) => {
  let answer: Answer;
  try {
    const model = await fromOnnx(bytes, ort);
    const [explanation] = await explain(model, picture, { target });
    const layer = explanation?.layer.name ?? '';
    const { activations } = await model.run(picture, { layers: [layer] });
    answer = {
      backend: model.backend,
      activation: activations.get(layer),
      ...(explanation ? { map: explanation.map } : {}),
    };
    await model.dispose();
  } catch (error) {
    answer = { error: String(error) };
  }
  self.postMessage(answer);
});
