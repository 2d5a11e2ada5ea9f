import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { add, setBackend, tensor1d } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

test.each(['cpu', 'wasm'])('%s runs', async (backend) => {
  expect(await setBackend(backend)).toBe(true);
  expect(Array.from(await add(tensor1d([1]), tensor1d([2])).data())).toEqual([3]);
});
