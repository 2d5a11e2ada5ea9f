import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgl';
import '@tensorflow/tfjs-backend-webgpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { add, setBackend, tensor1d } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';

setWasmPaths(simd.slice(0, simd.lastIndexOf('/') + 1));

test.each(['cpu', 'wasm', 'webgl', 'webgpu'])('%s runs in this browser', async (backend) => {
  expect(await setBackend(backend)).toBe(true);
  const sum = add(tensor1d([1]), tensor1d([2]));
  expect(Array.from(await sum.data())).toEqual([3]);
});
