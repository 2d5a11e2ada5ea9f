import * as ort from 'onnxruntime-node';
import { checkAssets } from './asset-suite.ts';

checkAssets(ort);
