import * as ort from 'onnxruntime-node';
import { checkFineTuning } from './fine-tune-suite.ts';

checkFineTuning(ort, 'node');
