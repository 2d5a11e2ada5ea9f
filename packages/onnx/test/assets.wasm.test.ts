import * as ort from 'onnxruntime-web';
import { checkAssets } from './asset-suite.ts';

ort.env.wasm.numThreads = 1;
checkAssets(ort);
