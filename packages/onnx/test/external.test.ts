import * as ort from 'onnxruntime-node';
import { checkExternalData } from './external-suite.ts';

checkExternalData(ort);
