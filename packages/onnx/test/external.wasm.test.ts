import * as ort from 'onnxruntime-web';
import { checkExternalData } from './external-suite.ts';

ort.env.wasm.numThreads = 1;
checkExternalData(ort);
