import * as ort from 'onnxruntime-web/wasm';
import { testOnnx } from '../test/conformance.ts';

ort.env.wasm.numThreads = 1;
testOnnx('onnxruntime-web (wasm) in Chromium', ort);
