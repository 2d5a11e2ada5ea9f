import '@tensorflow/tfjs-backend-cpu';
import { testTfjs } from '../test/conformance.ts';

testTfjs('cpu', { where: ' in Chromium' });
