import * as ort from 'onnxruntime-node';
import { checkQuantisedOperators } from './quantised-operators-suite.ts';
import { checkRuntime } from './runtime-suite.ts';

checkRuntime(ort, 'onnxruntime-node (cpu)');
checkQuantisedOperators(ort);
