import * as ort from 'onnxruntime-web';
import { checkWebGpu } from './webgpu-suite.ts';

// the other WebGPU build, whose kernels are written in JavaScript
ort.env.wasm.numThreads = 1;
checkWebGpu(ort);
