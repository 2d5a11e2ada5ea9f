import * as ort from 'onnxruntime-node';
import { checkGrids } from './grids-suite.ts';

checkGrids(ort);
