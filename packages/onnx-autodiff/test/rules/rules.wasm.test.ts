import * as ort from 'onnxruntime-web';
import { type Ort, runtimeOf } from './runtime.ts';
import { checkRules } from './suite.ts';

ort.env.wasm.numThreads = 1;
// where the emitter's forms change; what operators mean at each opset is checked on node
checkRules(runtimeOf(ort as unknown as Ort, 'wasm'), [7, 8, 9, 11, 13, 16, 18, 23]);
