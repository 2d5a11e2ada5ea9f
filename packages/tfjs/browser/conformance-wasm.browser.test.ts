import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { testTfjs } from '../test/conformance.ts';

setWasmPaths(simd.slice(0, simd.lastIndexOf('/') + 1));
testTfjs('wasm', { where: ' in Chromium' });
