import '@tensorflow/tfjs-backend-cpu';
import { testTfjs } from './conformance.ts';

testTfjs('cpu');
