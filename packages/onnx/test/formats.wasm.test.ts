import * as ort from 'onnxruntime-web';
import { checkFormats } from './format-suite.ts';

ort.env.wasm.numThreads = 1;
checkFormats(ort);
