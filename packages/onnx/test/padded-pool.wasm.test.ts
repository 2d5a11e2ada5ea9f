import * as ort from 'onnxruntime-web';
import { checkPaddedPool } from './padded-pool-suite.ts';

ort.env.wasm.numThreads = 1;
checkPaddedPool(ort);
