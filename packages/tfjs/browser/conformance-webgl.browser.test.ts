import '@tensorflow/tfjs-backend-webgl';
import { testTfjs } from '../test/conformance.ts';

testTfjs('webgl', { where: ' in Chromium', slow: true });
