import '@tensorflow/tfjs-backend-webgl';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { setBackend } from '@tensorflow/tfjs-core';
import { type Explanation, explain, fromLayersModel, type Tensor } from '../dist/index.js';
import { make, networks } from '../test/layers-networks.ts';

export interface Question {
  readonly backend: string;
  readonly network: string;
  readonly picture: Tensor;
}

export interface Answer {
  readonly backend?: string;
  readonly explanation?: Explanation | undefined;
  readonly error?: string;
}

setWasmPaths(simd.slice(0, simd.lastIndexOf('/') + 1));

/** Opens one of the test networks and explains a picture. */
export async function answer({ backend, network, picture }: Question): Promise<Answer> {
  try {
    await setBackend(backend);
    const found = networks.find(({ name }) => name === network);
    if (!found) throw new Error(`no network ${network}`);
    const model = await fromLayersModel(make(found));
    const [explanation] = await explain(model, picture, { target: 1 });
    await model.dispose();
    return { backend: model.backend, explanation };
  } catch (error) {
    return { error: String(error) };
  }
}

if (!('document' in globalThis)) {
  self.addEventListener('message', async ({ data }: MessageEvent<Question>) => {
    self.postMessage(await answer(data));
  });
}
