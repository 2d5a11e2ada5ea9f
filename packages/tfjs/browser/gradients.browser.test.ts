import '@tensorflow/tfjs-backend-webgl';
import '@tensorflow/tfjs-backend-webgpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { checkRules } from '../test/gradients/suite.ts';

setWasmPaths(simd.slice(0, simd.lastIndexOf('/') + 1));

checkRules('wasm');
checkRules('webgl');
checkRules('webgpu');
