import * as ort from 'onnxruntime-web';
import { checkQuantisedOperators } from './quantised-operators-suite.ts';
import { checkRuntime } from './runtime-suite.ts';

ort.env.wasm.numThreads = 1;
checkRuntime(ort, 'onnxruntime-web (wasm)');
checkQuantisedOperators(ort);
