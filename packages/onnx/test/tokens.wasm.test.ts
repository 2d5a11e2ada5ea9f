import * as ort from 'onnxruntime-web';
import { checkTokens } from './tokens-suite.ts';

ort.env.wasm.numThreads = 1;
checkTokens(ort);
