import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { inChromium, launchOptions } from '../../vitest.browser.ts';

/** What a page must say before it may share memory between threads. */
const isolation = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

export default defineConfig({
  server: { headers: isolation },
  plugins: [
    {
      name: 'isolate',
      configureServer: ({ middlewares }) => {
        middlewares.use((_request, response, next) => {
          for (const [name, value] of Object.entries(isolation)) response.setHeader(name, value);
          next();
        });
      },
    },
  ],
  optimizeDeps: {
    exclude: [
      'onnxruntime-web',
      'onnxruntime-web/wasm',
      'onnxruntime-web/webgpu',
      '@gradcam/conformance',
      '@gradcam/core',
      '@gradcam/onnx-autodiff',
    ],
  },
  test: inChromium(playwright({ launchOptions })),
});
