import * as ort from 'onnxruntime-web';
import { type Ort, runtimeOf } from './runtime.ts';
import { checkRules } from './suite.ts';

ort.env.wasm.numThreads = 1;
checkRules(runtimeOf(ort as unknown as Ort, 'wasm'));
