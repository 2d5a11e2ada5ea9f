import * as ort from 'onnxruntime-web/webgpu';
import { checkWebGpu } from './webgpu-suite.ts';

ort.env.wasm.numThreads = 1;
checkWebGpu(ort);
