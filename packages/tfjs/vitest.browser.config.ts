import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { inChromium, launchOptions } from '../../vitest.browser.ts';

export default defineConfig({
  optimizeDeps: {
    exclude: ['@gradcam/conformance', '@gradcam/core'],
    include: [
      '@tensorflow/tfjs-backend-cpu',
      '@tensorflow/tfjs-backend-wasm',
      '@tensorflow/tfjs-backend-webgl',
      '@tensorflow/tfjs-backend-webgpu',
      '@tensorflow/tfjs-converter',
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-layers',
    ],
  },
  test: inChromium(playwright({ launchOptions })),
});
