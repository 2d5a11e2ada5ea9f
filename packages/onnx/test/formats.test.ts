import * as ort from 'onnxruntime-node';
import { checkFormats } from './format-suite.ts';

checkFormats(ort);
