import * as ort from 'onnxruntime-node';
import { checkTokens } from './tokens-suite.ts';

checkTokens(ort);
