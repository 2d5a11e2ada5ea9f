import * as ort from 'onnxruntime-web';
import { checkOnnx } from './suite.ts';

ort.env.wasm.numThreads = 1;
checkOnnx(ort, 'onnxruntime-web (wasm)');
