import * as ort from 'onnxruntime-node';
import { checkPyTorch } from './pytorch-suite.ts';

checkPyTorch(ort);
