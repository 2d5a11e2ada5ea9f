import * as ort from 'onnxruntime-node';
import { testOnnx } from './conformance.ts';

testOnnx('onnxruntime-node (cpu)', ort);
