import * as ort from 'onnxruntime-web/wasm';
import { expect, test } from 'vitest';
import { testOnnx } from '../test/conformance.ts';

ort.env.wasm.numThreads = 2;
testOnnx('onnxruntime-web (wasm, 2 threads) in Chromium', ort);

test('there really are threads', () => {
  expect(crossOriginIsolated).toBe(true);
  expect(ort.env.wasm.numThreads).toBe(2);
});
