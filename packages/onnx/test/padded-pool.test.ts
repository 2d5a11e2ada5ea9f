import * as ort from 'onnxruntime-node';
import { checkPaddedPool } from './padded-pool-suite.ts';

checkPaddedPool(ort);
