import * as ort from 'onnxruntime-web/webgpu';
import { testOnnx } from '../test/conformance.ts';

const conv =
  'onnxruntime-web 1.30 (webgpu) convolves 6 channels to 4 wrongly, in the plain forward too: ' +
  'https://github.com/microsoft/onnxruntime/issues/29651';

ort.env.wasm.numThreads = 1;
testOnnx('onnxruntime-web (webgpu) in Chromium', ort, {
  options: { executionProviders: ['webgpu'] },
  slow: true,
  skip: [
    { network: 'average pooling with SAME padding', reason: conv },
    { network: 'dense concatenation', reason: conv },
    {
      network: 'float16',
      reason:
        'SwiftShader has no shader-f16, an optional feature of WebGPU: https://www.w3.org/TR/webgpu/#dom-gpufeaturename-shader-f16',
    },
  ],
});
