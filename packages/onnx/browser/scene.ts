import * as ort from 'onnxruntime-web/wasm';
import {
  explain,
  fromOnnx,
  heatmapOf,
  normalise,
  overlay,
  type Pixels,
  preprocess,
  preprocessFor,
} from '../dist/index.js';

export interface Scene {
  readonly bytes: Uint8Array;
  readonly picture: ImageData;
  readonly target: number;
}

export interface Painted {
  readonly painted?: Pixels;
  readonly probability?: number | null | undefined;
  readonly error?: string;
}

ort.env.wasm.numThreads = 1;

self.addEventListener('message', async ({ data: { bytes, picture, target } }: MessageEvent<Scene>) => {
  let answer: Painted;
  try {
    const model = await fromOnnx(bytes, ort);
    const [port] = model.inputs;
    if (!port) throw new Error('no input');
    const settings = preprocessFor(port, JSON.parse(model.metadata.get('preprocess') ?? '') as object);
    const { tensor, frame } = preprocess(picture, settings);
    const [explanation] = await explain(model, tensor, { target });
    if (!explanation) throw new Error('nothing explained');
    const painted = overlay(picture, normalise(heatmapOf(explanation.map)), { frame, contours: [0.5] });
    answer = { painted, probability: explanation.target.probability };
    await model.dispose();
  } catch (error) {
    answer = { error: String(error) };
  }
  self.postMessage(answer);
});
