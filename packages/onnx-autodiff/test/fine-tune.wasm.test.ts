import * as ort from 'onnxruntime-web';
import { checkFineTuning } from './fine-tune-suite.ts';

ort.env.wasm.numThreads = 1;
checkFineTuning(ort, 'wasm');
