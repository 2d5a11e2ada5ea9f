import { expect, test } from 'vitest';
import { drawn } from '../test/seeded.ts';
import { type Answer, answer, type Question } from './worker.ts';

test.each(['wasm', 'webgl'])('explains a model inside a Web Worker, from the built modules, on %s', async (backend) => {
  const question: Question = { backend, network: 'a Sequential', picture: drawn([1, 3, 12, 10], 6) };
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  const inside = await new Promise<Answer>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => resolve(data));
    worker.addEventListener('error', (event) => reject(new Error(event.message)));
    worker.postMessage(question);
  });
  worker.terminate();
  expect(inside.error).toBeUndefined();
  expect(inside.backend).toBe(`tfjs (${backend})`);
  expect(inside.explanation?.layer.name).toBe('c2');
  expect(inside.explanation?.map.data.some((value) => value !== 0)).toBe(true);
  const outside = await answer(question);
  expect(inside.explanation?.map).toEqual(outside.explanation?.map);
});
