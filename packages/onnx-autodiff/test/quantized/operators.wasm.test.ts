import * as ort from 'onnxruntime-web';
import { type Ort, runtimeOf } from '../rules/runtime.ts';
import { checkTwins } from './suite.ts';

ort.env.wasm.numThreads = 1;
checkTwins(runtimeOf(ort as unknown as Ort, 'wasm'));
