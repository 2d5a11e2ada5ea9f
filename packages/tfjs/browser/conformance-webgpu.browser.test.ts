import '@tensorflow/tfjs-backend-webgpu';
import { testTfjs } from '../test/conformance.ts';

testTfjs('webgpu', { where: ' in Chromium', slow: true });
