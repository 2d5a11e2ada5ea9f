import { expect, test } from 'vitest';
import { head, plainBytes } from '../test/plain-network.ts';
import type { Answer, Question } from './worker.ts';

test('explains a model inside a Web Worker, from the built modules', async () => {
  const data = Float32Array.from({ length: 360 }, (_, i) => Math.sin(i * 1.7));
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const answer = await new Promise<Answer>((resolve, reject) => {
    worker.addEventListener('message', ({ data: message }: MessageEvent<Answer>) => resolve(message));
    worker.addEventListener('error', (event) => reject(new Error(event.message)));
    worker.postMessage({ bytes: plainBytes, picture: { data, dims: [1, 3, 12, 10] }, target: 3 } satisfies Question);
  });
  worker.terminate();
  expect(answer.error).toBeUndefined();
  expect(answer.backend).toBe('onnxruntime-web (wasm)');
  const [, channels = 0, height = 0, width = 0] = answer.activation?.dims ?? [];
  const cells = height * width;
  expect(answer.map?.dims).toEqual([height, width]);
  // CAM in closed form: the head is global average pooling and a matrix
  for (let cell = 0; cell < cells; cell++) {
    let cam = 0;
    for (let k = 0; k < channels; k++) {
      cam += ((head[3 * channels + k] as number) / cells) * (answer.activation?.data[k * cells + cell] as number);
    }
    expect(answer.map?.data[cell]).toBeCloseTo(cam, 5);
  }
});
