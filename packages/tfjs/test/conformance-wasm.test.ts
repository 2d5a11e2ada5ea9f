import '@tensorflow/tfjs-backend-wasm';
import { testTfjs } from './conformance.ts';

testTfjs('wasm');
