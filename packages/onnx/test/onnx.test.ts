import * as ort from 'onnxruntime-node';
import { checkOnnx } from './suite.ts';

checkOnnx(ort, 'onnxruntime-node (cpu)');
