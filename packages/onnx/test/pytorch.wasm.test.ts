import * as ort from 'onnxruntime-web';
import { checkPyTorch } from './pytorch-suite.ts';

ort.env.wasm.numThreads = 1;
checkPyTorch(ort);
