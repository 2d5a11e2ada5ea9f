import * as ort from 'onnxruntime-web';
import { checkGrids } from './grids-suite.ts';

ort.env.wasm.numThreads = 1;
checkGrids(ort);
