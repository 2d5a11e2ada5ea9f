import * as ort from 'onnxruntime-node';
import { type Ort, runtimeOf } from '../rules/runtime.ts';
import { checkTwins } from './suite.ts';

checkTwins(runtimeOf(ort as unknown as Ort, 'cpu'));
