import * as ort from 'onnxruntime-web';
import { testOnnx } from './conformance.ts';

ort.env.wasm.numThreads = 1;
testOnnx('onnxruntime-web (wasm)', ort);
